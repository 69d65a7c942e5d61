namespace WrnCloud.Infra.Support;

/// <summary>The repository that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>Paths from the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'))
            .Where(f => !f.Split('/').Any(s => s is "bin" or "obj" or "artifacts" or "node_modules"))
            .Order(StringComparer.Ordinal),
    ];

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "WrnCloud.sln"))) return folder.FullName;
        throw new InvalidOperationException("No WrnCloud.sln above the tests.");
    }
}
