namespace WrnCloud.Evaluation;

/// <summary>How well a published version does and what its answers are worth, <c>evaluation.json</c>: every figure of the card as data.</summary>
public sealed record ModelEvaluation
{
    /// <summary>The file's name.</summary>
    public const string FileName = "evaluation.json";

    /// <summary>Most test pictures that are listed one by one.</summary>
    public const int MaxPictures = 20_000;

    /// <summary>Version of this document's form.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>Class names by index.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>The temperature that the logits are divided by; 1 where there were no validation pictures to fit it to.</summary>
    public required double Temperature { get; init; }

    /// <summary>The test set.</summary>
    public required SetFigures Test { get; init; }

    /// <summary>The pictures that temperature and thresholds were chosen on; null where there were none.</summary>
    public SetFigures? Validation { get; init; }

    /// <summary>True where the validation pictures are the training pictures, each judged by a fit that had not seen it.</summary>
    public bool CrossValidated { get; init; }

    /// <summary>Below which probability an answer is unsure, for several precisions; null without validation pictures.</summary>
    public IReadOnlyList<ConfidenceThreshold>? Thresholds { get; init; }

    /// <summary>The test pictures, at most <see cref="MaxPictures"/>.</summary>
    public required IReadOnlyList<PictureAnswer> Pictures { get; init; }

    /// <summary>The threshold that the decision goes by; null without validation pictures.</summary>
    public ConfidenceThreshold? Threshold() => Thresholds?.FirstOrDefault(t => t.Precision == ConfidenceThreshold.DefaultPrecision);

    /// <summary>The recipes that were tried before this one was chosen; null where the request's recipe decides.</summary>
    public IReadOnlyList<TriedRecipe>? Tried { get; init; }
}
