namespace WrnCloud.Datasets;

/// <summary>
/// The records of CIFAR's binary files (<see href="https://www.cs.toronto.edu/~kriz/cifar.html"/>):
/// one label byte (CIFAR-10) or a coarse and a fine one (CIFAR-100), then 3,072 bytes of pixels,
/// planes red, green, blue, each 32 rows of 32.
/// </summary>
internal static class CifarRecords
{
    /// <summary>Reads a file record by record. Total: any bytes give images or a <see cref="DatasetException"/>.</summary>
    /// <param name="file">The file from its start.</param>
    /// <param name="fileName">What an error calls it.</param>
    /// <param name="labelBytes">Label bytes of a record; the last one counts.</param>
    /// <param name="classes">A label at or past this number is an error.</param>
    /// <param name="receive">Takes the images.</param>
    public static void Read(Stream file, string fileName, int labelBytes, int classes, ImageReceiver receive)
    {
        var record = new byte[labelBytes + LabelledImages.ImageBytes];
        for (var offset = 0L; ; offset += record.Length)
        {
            var read = file.ReadAtLeast(record, record.Length, throwOnEndOfStream: false);
            if (read == 0 && offset > 0) return;
            if (read == 0) throw new DatasetException(fileName, 0, "The file is empty.");
            if (read < record.Length)
            {
                throw new DatasetException(
                    fileName,
                    offset,
                    $"The last record has {read} bytes; "
                    + $"a record has {record.Length} ({labelBytes} of labels, {LabelledImages.ImageBytes} pixels).");
            }

            var label = record[labelBytes - 1];
            if (label >= classes)
            {
                throw new DatasetException(
                    fileName, offset + labelBytes - 1, $"The label is {label}; with {classes} classes it is 0 to {classes - 1}.");
            }

            receive(record.AsSpan(labelBytes), label);
        }
    }
}
