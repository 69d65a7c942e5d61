using System.Globalization;

namespace WrnCloud.LocalCloud.Scaling;

/// <summary>One log for each trainer, numbered from the highest existing one; the oldest are deleted.</summary>
internal sealed class TrainerLogs
{
    /// <summary>Number of logs that are kept.</summary>
    public const int Kept = 100;

    private const string Prefix = "trainer-";
    private const string Suffix = ".log";

    private readonly string _folder;
    private int _last;

    public TrainerLogs(string folder)
    {
        _folder = folder;
        _last = Numbers().DefaultIfEmpty(0).Max();
    }

    /// <summary>The next trainer's number and its log.</summary>
    public (int Number, string Path) Next()
    {
        _last++;
        foreach (var old in Numbers().Where(n => n <= _last - Kept)) File.Delete(PathOf(old));
        return (_last, PathOf(_last));
    }

    private string PathOf(int number) => Path.Combine(_folder, $"{Prefix}{number}{Suffix}");

    private IReadOnlyList<int> Numbers() => Directory.Exists(_folder)
        ? [.. Directory.EnumerateFiles(_folder, $"{Prefix}*{Suffix}").Select(NumberOf).OfType<int>()]
        : [];

    private static int? NumberOf(string path) =>
        int.TryParse(Path.GetFileName(path)[Prefix.Length..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
