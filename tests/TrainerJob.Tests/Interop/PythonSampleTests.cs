using System.Buffers.Binary;
using System.Text.Json;
using SkiaSharp;
using WrnCloud.Evaluation;
using WrnCloud.Hosting;
using WrnCloud.Images;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Tests.Support;

namespace WrnCloud.TrainerJob.Tests.Interop;

/// <summary>
/// The sample client in Python, <c>samples/python/predict.py</c>: it prepares pictures as the decoder does, and so gets the same answers.
/// </summary>
public sealed class PythonSampleTests(TrainedFixture trained) : IClassFixture<TrainedFixture>, IDisposable
{
    // What docs/training.md states.
    private const double MeanPixelDifference = 3;

    private const string Pip = "pip install onnxruntime";
    private readonly string _folder = Directory.CreateTempSubdirectory("wrn-python-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Prepare_SamplesOfAVersion_AreTheSamePixels()
    {
        await Python.RequireAsync("numpy");
        await Python.RequireAsync("PIL", "on Debian or Ubuntu, apt-get install python3-pil");
        var files = Samples(37);
        string[] names = [.. files.Keys.Where(n => n.EndsWith(".png", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        foreach (var name in names) Put(name, files[name]);

        var pixels = await PrepareAsync(new ImageView(37, 32), names);

        Assert.Equal(names.SelectMany(n => ImageDecoder.Decode(files[n], new ImageView(37, 32))), pixels);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Prepare_PicturesOfEveryKind_AreTheDecodersWithinTheStatedTolerance()
    {
        await Python.RequireAsync("numpy");
        await Python.RequireAsync("PIL", "on Debian or Ubuntu, apt-get install python3-pil");
        var view = new ImageView(73, 64);
        var jpeg = Encode(Photograph(640, 420, SKAlphaType.Opaque), SKEncodedImageFormat.Jpeg);
        var pictures = new Dictionary<string, byte[]>
        {
            ["wide.jpg"] = jpeg,
            ["turned.jpg"] = Turned(jpeg, 6),
            ["mirrored.jpg"] = Turned(jpeg, 5),
            ["tall.png"] = Encode(Photograph(150, 301, SKAlphaType.Opaque), SKEncodedImageFormat.Png),
            ["small.png"] = Encode(Photograph(40, 31, SKAlphaType.Opaque), SKEncodedImageFormat.Png),
            ["clear.png"] = Encode(Photograph(300, 200, SKAlphaType.Unpremul), SKEncodedImageFormat.Png),
            ["picture.webp"] = Encode(Photograph(333, 222, SKAlphaType.Opaque), SKEncodedImageFormat.Webp),
        };
        foreach (var (name, bytes) in pictures) Put(name, bytes);

        var pixels = await PrepareAsync(view, [.. pictures.Keys]);

        var image = view.Crop * view.Crop * 3;
        foreach (var ((name, bytes), i) in pictures.Select((p, i) => (p, i)))
        {
            var expected = ImageDecoder.Decode(bytes, view);
            var difference = expected.Zip(pixels.Skip(i * image), (a, b) => Math.Abs(a - b)).Average();
            Assert.True(difference <= MeanPixelDifference, $"{name} differs by {difference:0.00} a pixel");
        }
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Check_PublishedVersion_GivesWhatItsSamplesMust()
    {
        await Python.RequireAsync("numpy");
        await Python.RequireAsync("PIL", "on Debian or Ubuntu, apt-get install python3-pil");
        await Python.RequireAsync("onnxruntime", Pip);
        var sample = trained.Sample;
        var metadata = Metadata(37);
        foreach (var (name, bytes) in Samples(37)) Put(name, bytes);
        Put(ModelPublisher.OnnxFile, sample.Onnx(metadata));
        Put(ModelSignature.FileName, JsonSerializer.SerializeToUtf8Bytes(OnnxExporter.Signature(sample.Model.Network, metadata), WrnJson.Indented));

        var output = await Python.RunAsync("predict.py", _folder, "--check");

        using var answer = JsonDocument.Parse(output);
        Assert.Equal(8, answer.RootElement.GetProperty("samples").GetInt32());
        Assert.InRange(answer.RootElement.GetProperty("difference").GetDouble(), 0, ParityGate.Tolerance);
    }

    private ModelMetadata Metadata(int resize)
    {
        var distance = FeatureDistance.Fit(trained.Sample.Model.Completed.Test.Features!)!;
        return trained.Sample.Metadata() with
        {
            Temperature = 1.5,
            Distance = distance,
            DistanceQuantiles = FeatureDistance.Quantiles([1, 2]),
            Resize = resize,
        };
    }

    private IReadOnlyDictionary<string, byte[]> Samples(int resize)
    {
        var model = trained.Sample.Model;
        return SampleFiles.Make(
            model.Plan.Test,
            model.Completed.Test,
            trained.Sample.Evaluation() with { Temperature = 1.5 },
            Metadata(resize).Distance,
            new Dictionary<int, byte[]>(),
            resize);
    }

    private async Task<byte[]> PrepareAsync(ImageView view, IReadOnlyList<string> names)
    {
        Put("steps.json", JsonSerializer.SerializeToUtf8Bytes(PicturePreprocessing.Of(view.Resize, view.Crop), WrnJson.Compact));
        await Python.RunAsync("prepare.py", [PathOf("steps.json"), PathOf("pixels"), .. names.Select(PathOf)]);
        return await File.ReadAllBytesAsync(PathOf("pixels"), TestContext.Current.CancellationToken);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private void Put(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllBytes(PathOf(name), bytes);
    }

    // Waves, grain, and a corner with an edge.
    private static SKBitmap Photograph(int width, int height, SKAlphaType alpha)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, alpha));
        var random = new SplitMix64(width);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var wave = Math.Sin(x / 14.0) * Math.Cos(y / 11.0);
                var corner = x < width / 3 && y < height / 4 ? 60 : 0;
                byte At(int channel) =>
                    (byte)Math.Clamp(90 + (40 * channel * y / height) + (60 * wave) + random.Next(25) + corner, 0, 255);
                bitmap.SetPixel(x, y, new SKColor(At(0), At(1), At(2), (byte)(alpha == SKAlphaType.Opaque ? 255 : 255 * x / width)));
            }
        }

        return bitmap;
    }

    private static byte[] Encode(SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using (bitmap)
        {
            using var data = bitmap.Encode(format, 92);
            return data.ToArray();
        }
    }

    // An EXIF segment right behind the start of the file, with the orientation alone.
    private static byte[] Turned(byte[] jpeg, ushort orientation)
    {
        byte[] exif = [.. "Exif\0\0MM\0*\0\0\0\u0008\0\u0001\u0001\u0012\0\u0003\0\0\0\u0001"u8, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(exif.Length + 2));
        return [.. jpeg.AsSpan(0, 2), 0xFF, 0xE1, .. length, .. exif, .. jpeg.AsSpan(2)];
    }
}
