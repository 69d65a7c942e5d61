namespace WrnCloud.Datasets;

/// <summary>
/// How test images are set apart of a data set that came without: per class a share of its images, drawn by a seed. The same files and rule give the
/// same split.
/// </summary>
/// <param name="Share">Share of each class's images, above 0 to 0.5.</param>
/// <param name="Seed">Tells draws apart.</param>
public sealed record HeldOut(double Share, long Seed)
{
    /// <summary>A tenth of each class.</summary>
    public static HeldOut Tenth { get; } = new(0.1, 20160523);

    /// <summary>Which of a class's images are for testing. At least one is, and at least one is not, of a class with two or more.</summary>
    /// <param name="count">Images of the class, in the order of their names.</param>
    /// <param name="label">The class's index.</param>
    public bool[] Draw(int count, int label)
    {
        var order = Enumerable.Range(0, count).ToArray();
        new Xoshiro256(unchecked((ulong)Seed), (ulong)label).Shuffle(order);
        var held = count < 2 ? 0 : Math.Clamp((int)Math.Round(count * Share), 1, count - 1);
        var isHeld = new bool[count];
        foreach (var index in order.AsSpan(0, held)) isHeld[index] = true;
        return isHeld;
    }
}
