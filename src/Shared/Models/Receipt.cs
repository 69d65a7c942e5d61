using System.Text.Json;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;

namespace WrnCloud.Models;

/// <summary>
/// The provenance of a published version, <c>receipt.json</c>: everything needed to train it again and to check that the files are the ones it
/// produced. It lists every other artefact by its hash; the manifest lists the receipt by its own.
/// </summary>
public sealed record Receipt
{
    /// <summary>The file's name.</summary>
    public const string FileName = "receipt.json";

    /// <summary>The schema version that this program writes and reads.</summary>
    public const int CurrentSchema = 2;

    /// <summary>Longest receipt that is read, in bytes.</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>Schema version of this document.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The job.</summary>
    public required string JobId { get; init; }

    /// <summary>The attempt that completed the training and published.</summary>
    public required int Attempt { get; init; }

    /// <summary>The version's number under <see cref="ResolvedTraining.ModelName"/>.</summary>
    public required int Version { get; init; }

    /// <summary>Network, data set with its hash, recipe, every setting, and seed.</summary>
    public required ResolvedTraining Resolved { get; init; }

    /// <summary>Hash of everything that determines the weights.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>The data set's files with their hashes; empty when its manifest was missing at publication.</summary>
    public required IReadOnlyList<ArtifactFile> DatasetFiles { get; init; }

    /// <summary>The trainer's version with the commit that it was built from, if the build knew it.</summary>
    public required string CodeVersion { get; init; }

    /// <summary>Every package that the trainer ran with, by name.</summary>
    public required IReadOnlyDictionary<string, string> Packages { get; init; }

    /// <summary>The machine of the last attempt.</summary>
    public required ReceiptMachine Machine { get; init; }

    /// <summary>libtorch's threads on the CPU: reproducing the weights needs the same number.</summary>
    public required int Threads { get; init; }

    /// <summary>The training precision; never <see cref="Jobs.Precision.Auto"/>.</summary>
    public required Precision Precision { get; init; }

    /// <summary>The point that each resumed attempt continued from, by attempt.</summary>
    public required IReadOnlyDictionary<int, ResumePoint> Resumes { get; init; }

    /// <summary>Every artefact except this one.</summary>
    public required IReadOnlyList<ArtifactFile> Artefacts { get; init; }

    /// <summary>Reads a receipt. Any input gives either a receipt with every field or an error.</summary>
    /// <exception cref="WrnException"><c>artifact-damaged</c>: too long, not JSON, another schema, or a field is missing.</exception>
    public static Receipt Parse(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxBytes) throw Damaged($"it has {json.Length} bytes; at most {MaxBytes} are read");
        try
        {
            var schema = JsonSerializer.Deserialize<SchemaOnly>(json, WrnJson.Compact)?.Schema;
            if (schema != CurrentSchema) throw Damaged($"its schema is {schema?.ToString() ?? "missing"}; this program reads {CurrentSchema}");
            var receipt = JsonSerializer.Deserialize<Receipt>(json, WrnJson.Compact)!;
            return receipt.IsWhole ? receipt : throw Damaged("a field is null");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw Damaged(e.Message, e);
        }
    }

    /// <summary>The contradictions between the receipt and a version's manifest, one sentence each; empty when they agree.</summary>
    public IReadOnlyList<string> DifferencesFrom(ModelVersion manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var differences = new List<string>();
        Compare("job", JobId, manifest.JobId);
        Compare("attempt", Attempt.ToString(), manifest.Attempt.ToString());
        Compare("model", $"{Resolved.ModelName}@{Version}", $"{manifest.Name}@{manifest.Version}");
        Compare("network", Resolved.Model, manifest.Architecture);
        Compare("recipe", Resolved.Recipe, manifest.Recipe);
        Compare("data set", Resolved.Dataset, manifest.Dataset);
        Compare("data set hash", Resolved.DatasetHash, manifest.DatasetHash);
        Compare("configuration hash", ConfigHash, manifest.ConfigHash);
        var names = Artefacts.Select(a => a.Name).Union(manifest.Files.Select(f => f.Name).Where(n => n != FileName));
        foreach (var name in names)
            Compare(
                name,
                Artefacts.FirstOrDefault(a => a.Name == name)?.Sha256 ?? "nothing",
                manifest.Files.FirstOrDefault(f => f.Name == name)?.Sha256 ?? "nothing");
        return differences;

        void Compare(string what, string here, string there)
        {
            if (here != there) differences.Add($"{what}: the receipt says {here}, the manifest {there}");
        }
    }

    private static WrnException Damaged(string why, Exception? innerException = null) =>
        new(ErrorCatalogue.ArtifactDamaged, $"{FileName} can't be read: {why}.", null, innerException);

    // The deserializer requires every field but accepts null.
    private bool IsWhole =>
        (object?)JobId is not null && (object?)ConfigHash is not null && (object?)CodeVersion is not null && (object?)Machine is not null
        && Packages?.Values.All(v => v is not null) == true
        && Resumes?.Values.All(r => r is not null) == true
        && Holds(DatasetFiles)
        && Holds(Artefacts)
        && Resolved is { ModelName: not null, Model: not null, Recipe: not null, Dataset: not null, DatasetHash: not null, Settings: not null };

    private static bool Holds(IReadOnlyList<ArtifactFile>? files) => files is not null && files.All(f => f is { Name: not null, Sha256: not null });

    private sealed record SchemaOnly(int? Schema);
}
