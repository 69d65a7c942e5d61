namespace WrnCloud.Jobs;

/// <summary>
/// One row of a table of arXiv 1605.07146: a network with the error that it reaches on each set, in per cent; null where the table has none.
/// </summary>
/// <param name="Table">Such as <c>table4</c>.</param>
/// <param name="Model">The network's canonical name.</param>
/// <param name="Preprocessing">How the table's CIFAR images are prepared; SVHN's are divided by 255.</param>
internal sealed record PaperRow(string Table, string Model, Preprocessing Preprocessing)
{
    public double? Cifar10 { get; init; }

    public double? Cifar100 { get; init; }

    public double? Svhn { get; init; }

    public double? Imagenet { get; init; }

    public double? ImagenetTop5 { get; init; }

    /// <summary>With dropout: 0.3 on CIFAR, 0.4 on SVHN.</summary>
    public bool Dropout { get; init; }

    /// <summary>Images per step where they are not the recipe's.</summary>
    public int? BatchSize { get; init; }

    /// <summary>The paper whose result the row quotes, with a schedule of its own; null for the paper's own runs.</summary>
    public string? QuotedFrom { get; init; }
}
