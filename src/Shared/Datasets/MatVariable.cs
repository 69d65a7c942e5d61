namespace WrnCloud.Datasets;

/// <summary>A real numeric array of a MATLAB 5 file.</summary>
/// <param name="Name">The variable's name.</param>
/// <param name="Dimensions">2 to 8 sizes; the first one is the fastest to change.</param>
/// <param name="StorageType">The <see cref="MatType"/> of the stored numbers, which may be smaller than the array's class.</param>
/// <param name="Offset">Where its element starts in the file.</param>
internal sealed record MatVariable(string Name, IReadOnlyList<int> Dimensions, int StorageType, long Offset)
{
    /// <summary>Numbers in the array.</summary>
    public long Count => Dimensions.Aggregate(1L, (product, d) => product * d);
}
