namespace WrnCloud.PhotosBench;

/// <summary>The file with the figures, one section for each command.</summary>
internal static class EvidenceFile
{
    private const string Title = "# Photographs, measured\n";

    /// <summary>How a section is made again.</summary>
    public static string Command(string arguments) =>
        $"\n```sh\ndotnet run -c Release --project bench/photos -- {arguments} --out docs/evidence/photos.md\n```\n";

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
