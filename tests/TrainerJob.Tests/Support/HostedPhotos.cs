using System.IO.Compression;
using WrnCloud.Datasets;
using WrnCloud.Images;
using WrnCloud.Storage;
using WrnCloud.TrainerJob.Data;

namespace WrnCloud.TrainerJob.Tests.Support;

/// <summary>A small image folder in the store: pictures of 48×40 pixels, each class a pattern of its own.</summary>
internal static class HostedPhotos
{
    public const string Dataset = "hosted-photos";
    public const int Train = 36;
    public const int Test = 12;
    private const int Width = 48;
    private const int Height = 40;
    private static readonly string[] Classes = ["checks", "columns", "rows"];

    public static async Task PushAsync(BlobStore blobs)
    {
        var zip = Zip();
        DatasetFile[] files = [DatasetFile.Of("photos.zip", DatasetSplit.Train, zip)];
        var manifest = DatasetReader.Describe(Dataset, DatasetFormat.ImageFolder, Classes, files, null, _ => new MemoryStream(zip, writable: false));
        await blobs.TryCreateAsync(DatasetCatalog.FileName(Dataset, "photos.zip"), zip, "application/zip", CancellationToken.None);
        await blobs.TryCreateAsync(
            DatasetCatalog.FileName(Dataset, DatasetManifest.FileName), manifest.Serialize(), "application/json", CancellationToken.None);
    }

    private static byte[] Zip()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < Train + Test; i++)
            {
                var entry = zip.CreateEntry(
                    $"{(i < Train ? "train" : "test")}/{Classes[i % Classes.Length]}/{i}.png", CompressionLevel.NoCompression);
                entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var content = entry.Open();
                content.Write(ImageEncoder.Png(Picture(i % Classes.Length, i), Width, Height));
            }
        }

        return stream.ToArray();
    }

    private static byte[] Picture(int label, int seed)
    {
        var random = new SplitMix64(seed);
        var (dark, bright, shift) = (random.Next(80), 150 + random.Next(80), random.Next(8));
        var rgb = new byte[Width * Height * 3];
        for (var i = 0; i < rgb.Length; i++)
        {
            var (column, row) = (((i / 3 % Width) + shift) / 4 % 2, ((i / 3 / Width) + shift) / 4 % 2);
            var isBright = label switch { 0 => column == row, 1 => column == 0, _ => row == 0 };
            rgb[i] = (byte)((isBright ? bright : dark) + random.Next(20));
        }

        return rgb;
    }
}
