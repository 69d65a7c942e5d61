namespace WrnCloud.Datasets;

/// <summary>
/// CIFAR-10's binary format (<see href="https://www.cs.toronto.edu/~kriz/cifar.html"/>): records of one label byte and 3,072 bytes of
/// pixels, planes red, green, blue, each 32 rows of 32. Reading is total: any bytes give data or a <see cref="DatasetException"/>.
/// </summary>
public static class Cifar10Binary
{
    /// <summary>Bytes of one record.</summary>
    public const int RecordBytes = 1 + LabelledImages.ImageBytes;

    /// <summary>Longest file that is read: 512 MiB, which is 174,706 images.</summary>
    public const int MaxFileBytes = 512 << 20;

    /// <summary>The ten classes of CIFAR-10 itself, in the order of <c>batches.meta.txt</c>.</summary>
    public static IReadOnlyList<string> Cifar10Classes { get; } =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Reads one file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="fileName">What an error calls the file.</param>
    /// <param name="classes">The classes' names, 1 to 256; a label at or past their number is an error.</param>
    /// <exception cref="DatasetException">The file is empty, too long, ends within a record or has a label out of range.</exception>
    public static LabelledImages Read(ReadOnlySpan<byte> file, string fileName, IReadOnlyList<string> classes)
    {
        RequireClasses(classes);
        RequireWholeRecords(file.Length, fileName);
        var count = file.Length / RecordBytes;
        var images = new LabelledImages(new byte[count * LabelledImages.ImageBytes], new ushort[count], classes);
        Fill(images, 0, file, fileName);
        return images;
    }

    /// <summary>Reads the files of one split, such as CIFAR-10's five training batches, into one set in the order given.</summary>
    /// <exception cref="DatasetException">
    /// There is no file, one is wrong as in <see cref="Read(ReadOnlySpan{byte}, string, IReadOnlyList{string})"/>, or together they are too long.
    /// </exception>
    public static LabelledImages Read(IReadOnlyList<(string Name, ReadOnlyMemory<byte> Bytes)> files, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(files);
        RequireClasses(classes);
        if (files.Count == 0) throw new DatasetException("", 0, "The split has no file.");

        var total = 0L;
        foreach (var (name, bytes) in files)
        {
            RequireWholeRecords(bytes.Length, name);
            total += bytes.Length;
            if (total > MaxFileBytes)
                throw new DatasetException(name, 0, $"A split has at most {MaxFileBytes} bytes; with this file it has {total}.");
        }

        var count = (int)(total / RecordBytes);
        var images = new LabelledImages(new byte[count * LabelledImages.ImageBytes], new ushort[count], classes);
        var first = 0;
        foreach (var (name, bytes) in files)
        {
            Fill(images, first, bytes.Span, name);
            first += bytes.Length / RecordBytes;
        }

        return images;
    }

    /// <summary>Writes the file that <see cref="Read(ReadOnlySpan{byte}, string, IReadOnlyList{string})"/> reads back as the same images.</summary>
    public static byte[] Write(LabelledImages images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var file = new byte[checked(images.Count * RecordBytes)];
        for (var i = 0; i < images.Count; i++)
        {
            file[i * RecordBytes] = checked((byte)images.Labels[i]);
            images.Pixels.AsSpan(i * LabelledImages.ImageBytes, LabelledImages.ImageBytes).CopyTo(file.AsSpan((i * RecordBytes) + 1));
        }

        return file;
    }

    private static void Fill(LabelledImages images, int first, ReadOnlySpan<byte> file, string fileName)
    {
        for (var offset = 0; offset < file.Length; offset += RecordBytes)
        {
            var image = first + (offset / RecordBytes);
            var label = file[offset];
            if (label >= images.Classes.Count)
            {
                throw new DatasetException(
                    fileName, offset, $"The label is {label}; with {images.Classes.Count} classes it is 0 to {images.Classes.Count - 1}.");
            }

            images.Labels[image] = label;
            file.Slice(offset + 1, LabelledImages.ImageBytes).CopyTo(images.Pixels.AsSpan(image * LabelledImages.ImageBytes));
        }
    }

    private static void RequireWholeRecords(long length, string fileName)
    {
        if (length == 0) throw new DatasetException(fileName, 0, "The file is empty.");
        if (length > MaxFileBytes)
            throw new DatasetException(fileName, MaxFileBytes, $"The file has {length} bytes; at most {MaxFileBytes} are read.");

        var rest = length % RecordBytes;
        if (rest != 0)
        {
            throw new DatasetException(
                fileName,
                length - rest,
                $"The last record has {rest} bytes; a record has {RecordBytes} (1 label, {LabelledImages.ImageBytes} pixels).");
        }
    }

    private static void RequireClasses(IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        if (classes.Count is < 1 or > 256) throw new ArgumentException("A label byte tells 1 to 256 classes apart.", nameof(classes));
    }
}
