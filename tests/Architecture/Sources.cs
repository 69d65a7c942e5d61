namespace WrnCloud.Architecture;

/// <summary>Source files of ours, as paths from the root with forward slashes.</summary>
internal static class Sources
{
    public static IReadOnlyList<string> All { get; } =
    [
        .. Repository.Files("src", "*.cs"), .. Repository.Files("tests", "*.cs"), .. Repository.Files("bench", "*.cs"),
    ];
}
