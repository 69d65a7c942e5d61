using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WrnCloud.Datasets;
using WrnCloud.Safetensors;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Runtime;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// Features on local disk, so that the same network looks at the same images once:
/// a job that resumes, or another recipe on the same data, reads them.
/// A disk that is full or gone costs the time of looking again and nothing else.
/// </summary>
internal sealed class FeatureCache(LocalCache files)
{
    private const string Features = "features";
    private const string Digest = "sha256";
    private const string ClassifierPrefix = "fc.";

    /// <summary>
    /// The name of what a network sees of images: a hash of the weights, the images, what is done to them, and what computes. The module's id stands
    /// for this code and the versions of its libraries.
    /// </summary>
    public static string NameOf(ImageClassifier network, IImageSet images, Preprocessor preprocessor, FeatureLook look)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string[] computed =
        [
            typeof(FeatureCache).Module.ModuleVersionId.ToString(),
            network.Spec.Name,
            look.Type.ToString(),
            FeatureExtractor.EngineOf(network, look.Type).ToString(),
            network.Device.type.ToString(),
            get_num_threads().ToString(CultureInfo.InvariantCulture),
            $"{images.Count}×{images.Size}",
        ];
        hash.AppendData(Encoding.UTF8.GetBytes(string.Join('\n', computed)));
        foreach (var (name, value) in network.NamedState().Where(s => !s.Name.StartsWith(ClassifierPrefix, StringComparison.Ordinal)))
        {
            using var here = value.cpu().contiguous();
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(here.bytes);
        }

        preprocessor.AppendTo(hash);
        images.AppendTo(hash);
        return $"{Convert.ToHexStringLower(hash.GetHashAndReset())}.features";
    }

    /// <summary>The features of all images, N×D in the images' order; null where there are none.</summary>
    public Tensor? Find(string name) => files.TryOpen(name, Read) is { } file ? TensorArchive.Copy(file.Tensors[Features]) : null;

    /// <summary>Keeps features of all images.</summary>
    public void Keep(string name, Tensor features)
    {
        try
        {
            var file = TensorArchive.Capture([(Features, features)], new Dictionary<string, string>(StringComparer.Ordinal));
            var bytes = (file with { Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [Digest] = DigestOf(file) } }).ToBytes();
            var writing = files.WriteAsync(name, (target, cancel) => target.WriteAsync(bytes, cancel).AsTask(), CancellationToken.None);
            OwnThread.Wait(new ValueTask(writing));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static SafetensorsFile? Read(string path)
    {
        try
        {
            var file = SafetensorsFile.Read(File.ReadAllBytes(path));
            return file.Tensors.ContainsKey(Features) && file.Metadata.TryGetValue(Digest, out var digest) && digest == DigestOf(file) ? file : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SafetensorsException)
        {
            return null;
        }
    }

    private static string DigestOf(SafetensorsFile file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, tensor) in file.Tensors.OrderBy(t => t.Key, StringComparer.Ordinal)) hash.AppendData(tensor.Data.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
