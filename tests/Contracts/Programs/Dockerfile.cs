using System.Text.Json;
using System.Text.RegularExpressions;

namespace WrnCloud.Contracts.Programs;

/// <summary>What a Dockerfile says, as far as our own go: every instruction on one line, its continuations joined, comments left out.</summary>
public sealed partial class Dockerfile
{
    private Dockerfile(IReadOnlyList<string> instructions) => Instructions = instructions;

    /// <summary>All instructions in their order.</summary>
    public IReadOnlyList<string> Instructions { get; }

    /// <summary>The instructions of the stage that becomes the image, its FROM first.</summary>
    public IEnumerable<string> LastStage =>
        Instructions.Skip(Instructions.ToList().FindLastIndex(i => i.StartsWith("FROM ", StringComparison.Ordinal)));

    /// <summary>The program and arguments that the image starts.</summary>
    public IReadOnlyList<string> Entrypoint =>
        JsonSerializer.Deserialize<string[]>(LastStage.Last(i => i.StartsWith("ENTRYPOINT ", StringComparison.Ordinal))["ENTRYPOINT ".Length..])!;

    /// <summary>The environment that the image sets.</summary>
    public IReadOnlyDictionary<string, string> Environment => LastStage
        .Where(i => i.StartsWith("ENV ", StringComparison.Ordinal))
        .SelectMany(i => i["ENV ".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(v => v.Split('=', 2))
        .ToDictionary(v => v[0], v => v[1], StringComparer.Ordinal);

    /// <summary>A file of the repository, by its path from the root.</summary>
    public static Dockerfile Of(string file) => new(
    [
        .. Continuation().Replace(string.Join('\n', Repository.Read(file).Split('\n').Where(l => !l.TrimStart().StartsWith('#'))), " ")
            .Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0),
    ]);

    [GeneratedRegex(@"\\\n\s*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Continuation();
}
