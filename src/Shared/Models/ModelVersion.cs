namespace WrnCloud.Models;

/// <summary>A published version, <c>models/{name}/{version}/manifest.json</c>: written last, never changed.</summary>
public sealed record ModelVersion
{
    /// <summary>Schema version of this document.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>1, 2, 3, …</summary>
    public required int Version { get; init; }

    /// <summary>The job that trained it.</summary>
    public required string JobId { get; init; }

    /// <summary>The attempt that produced the artefacts, which are stored under <c>a{attempt}</c>.</summary>
    public required int Attempt { get; init; }

    /// <summary>When it was published.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The network, such as <c>WRN-16-2</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The data set's name; for imported weights the file's.</summary>
    public required string Dataset { get; init; }

    /// <summary>Hash of the data set's file list; for imported weights the file's.</summary>
    public required string DatasetHash { get; init; }

    /// <summary>Class names by index.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>The recipe's name.</summary>
    public required string Recipe { get; init; }

    /// <summary>Hash of everything that determines the weights.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>Accuracy on the test split, 0 to 1; null where it was not measured, as with imported weights.</summary>
    public double? Top1 { get; init; }

    /// <summary>Images of the test split; null in older versions.</summary>
    public int? TestImages { get; init; }

    /// <summary>Accuracy on the pictures that choices were based on; null without any, and in older versions.</summary>
    public ValidationTop1? Validation { get; init; }

    /// <summary>The export's comparison with the trained network.</summary>
    public required ParityResult Parity { get; init; }

    /// <summary>The artefacts.</summary>
    public required IReadOnlyList<ArtifactFile> Files { get; init; }
}
