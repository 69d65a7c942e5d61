namespace WrnCloud.Bench;

/// <summary>The file with a benchmark's figures, one section for each command.</summary>
/// <param name="project">The benchmark's folder below <c>bench</c>.</param>
/// <param name="document">The document's name below <c>docs/evidence</c>.</param>
/// <param name="title">Its first line where it is begun.</param>
internal sealed class SummaryFile(string project, string document, string title)
{
    /// <summary>How a section is made again.</summary>
    public string Command(string arguments) =>
        $"```sh\ndotnet run -c Release --project bench/{project} -- {arguments} --out docs/evidence/{document}\n```\n";

    /// <summary>Replaces the section with this heading, or adds it.</summary>
    public async Task WriteAsync(FileInfo file, string heading, string text, CancellationToken cancellationToken)
    {
        var old = file.Exists ? await File.ReadAllTextAsync(file.FullName, cancellationToken) : $"# {title}\n";
        var mark = $"\n## {heading}\n";
        var start = old.IndexOf(mark, StringComparison.Ordinal);
        if (start < 0) start = old.Length;
        var end = start < old.Length ? old.IndexOf("\n## ", start + mark.Length, StringComparison.Ordinal) : old.Length;
        await File.WriteAllTextAsync(file.FullName, old[..start] + $"{mark}\n{text}" + (end < 0 ? "" : old[end..]), cancellationToken);
    }
}
