namespace WrnCloud.DurabilityBench;

/// <summary>The file with the figures, one section for each command.</summary>
internal static class SummaryFile
{
    private const string Title = "# Durability on one machine\n";

    /// <summary>Replaces the section with this heading, or adds it.</summary>
    public static async Task WriteAsync(FileInfo file, string heading, string text, CancellationToken cancellationToken)
    {
        var old = file.Exists ? await File.ReadAllTextAsync(file.FullName, cancellationToken) : Title;
        var mark = $"\n## {heading}\n";
        var start = old.IndexOf(mark, StringComparison.Ordinal);
        if (start < 0) start = old.Length;
        var end = start < old.Length ? old.IndexOf("\n## ", start + mark.Length, StringComparison.Ordinal) : old.Length;
        await File.WriteAllTextAsync(file.FullName, old[..start] + $"{mark}\n{text}" + (end < 0 ? "" : old[end..]), cancellationToken);
    }
}
