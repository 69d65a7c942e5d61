namespace WrnCloud.Datasets;

/// <summary>
/// The cropped digits of the Street View House Numbers (<see href="http://ufldl.stanford.edu/housenumbers/"/>): MATLAB files with <c>X</c>, uint8
/// 32×32×3×N, rows fastest, and <c>y</c>, N labels from 1 to 10, where 10 means the digit 0.
/// </summary>
public static class SvhnMat
{
    /// <summary>Most images of one file.</summary>
    public const int MaxImages = 2_000_000;

    private const int Side = 32;
    private const int Plane = Side * Side;

    /// <summary>The ten digits; the class's index is the digit.</summary>
    public static IReadOnlyList<string> Digits { get; } = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    /// <summary>Reads a file image by image. Total: any bytes give images or a <see cref="DatasetException"/>.</summary>
    /// <param name="file">Seekable.</param>
    /// <param name="fileName">What an error calls it.</param>
    /// <param name="receive">Takes the images.</param>
    /// <exception cref="DatasetException">The file is no such file, or damaged.</exception>
    public static void Read(Stream file, string fileName, ImageReceiver receive)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(receive);
        var mat = MatFile.Open(file, fileName);
        var pixels = Find(mat, "X", fileName);
        var labels = ReadLabels(mat, Find(mat, "y", fileName), fileName);
        if (pixels.StorageType != MatType.UInt8 || pixels.Dimensions is not ([Side, Side, 3] or [Side, Side, 3, _]))
        {
            throw new DatasetException(
                fileName,
                pixels.Offset,
                $"X is {string.Join("×", pixels.Dimensions)} of type {pixels.StorageType}; bytes (2) of 32×32×3×N are expected.");
        }

        if (pixels.Count != (long)labels.Length * 3 * Plane)
            throw new DatasetException(fileName, pixels.Offset, $"X has {pixels.Count / (3 * Plane)} images, y {labels.Length} labels.");

        using var source = mat.OpenData(pixels);
        var (stored, image) = (new byte[3 * Plane], new byte[3 * Plane]);
        foreach (var label in labels)
        {
            source.Read(stored);
            for (var i = 0; i < image.Length; i++) image[i] = stored[(i / Plane * Plane) + (i % Side * Side) + (i % Plane / Side)];
            receive(image, label);
        }

        source.Skip((8 - (pixels.Count % 8)) % 8);
        source.CheckSum();
    }

    private static MatVariable Find(MatFile mat, string name, string fileName) =>
        mat.Variables.FirstOrDefault(v => v.Name == name) ?? throw new DatasetException(fileName, 0, $"The file has no numeric array {name}.");

    private static byte[] ReadLabels(MatFile mat, MatVariable variable, string fileName)
    {
        if (variable.Count is < 1 or > MaxImages || variable.Count != variable.Dimensions.Max())
        {
            throw new DatasetException(
                fileName, variable.Offset, $"y is {string.Join("×", variable.Dimensions)}; N×1 is expected, N from 1 to {MaxImages}.");
        }

        using var source = mat.OpenData(variable);
        var labels = new byte[variable.Count];
        Span<byte> number = stackalloc byte[MatType.Bytes(variable.StorageType)];
        for (var i = 0; i < labels.Length; i++)
        {
            source.Read(number);
            var label = source.ToDouble(number, variable.StorageType);
            if (label is not (>= 1 and <= 10) || label != Math.Floor(label)) throw source.Wrong($"Label {i} is {label}; it is 1 to 10.");
            labels[i] = (byte)((int)label % 10);
        }

        return labels;
    }
}
