using System.Globalization;
using System.Text;
using WrnCloud.Images;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Runtime;
using WrnCloud.TrainerJob.Training;
using WrnCloud.Weights;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Weights;

/// <summary>
/// Imported weights as a network that computes: with a classifier exported and held against the export, without one looked through once.
/// </summary>
internal static class ServedWeights
{
    private const string CardFile = "card.md";

    /// <summary>The artefacts of a version but for card and receipt, and how the export compares.</summary>
    public static (Dictionary<string, byte[]> Artefacts, ParityResult Parity) Export(
        ImportedWeights weights, WeightsImport import, TimeProvider clock)
    {
        var published = PublishedWeights.Read(weights.Bytes);
        using var network = published.Network;
        var preprocessor = published.PreprocessorWith(null);
        var resize = import.Resize == import.ImageSize ? (int?)null : import.Resize;
        var metadata = new ModelMetadata(published.Classes, import.File.Name, import.File.Sha256, WeightsImport.Recipe, null, Precision.Fp32)
        {
            Resize = resize,
        };
        var onnx = OnnxExporter.Export(network, preprocessor, metadata);
        var pictures = RandomPictures.Generate(import.ImageSize, published.Classes);
        var seen = new Evaluator(pictures, preprocessor).Evaluate(network, ScalarType.Float32, CPU, CancellationToken.None);
        var parity = ParityGate.Check(network, onnx, pictures, preprocessor, clock, seen.Logits).ToResult();
        var artefacts = new Dictionary<string, byte[]>
        {
            [ModelPublisher.OnnxFile] = onnx,
            [ArtifactFile.Weights] = weights.Bytes,
            [ModelSignature.FileName] = ModelPublisher.Json(OnnxExporter.Signature(network, metadata)),
        };
        foreach (var (name, sample) in SampleFiles.OfNoise(pictures, seen, resize)) artefacts[name] = sample;
        return (artefacts, parity);
    }

    /// <summary>Computes the features of one picture: whether they are numbers.</summary>
    public static bool Computes(ImportedWeights weights)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        using var network = ImageClassifier.Create(weights.Spec, 2, 0, 0);
        InitialWeights.Load(weights.Bytes, network, newHead: true);
        network.eval();
        return network.Features(zeros(1, 3, weights.Spec.ImageSize, weights.Spec.ImageSize)).isfinite().all().item<bool>();
    }

    /// <summary>Adds the card and the receipt, which names every other artefact by its hash.</summary>
    public static void Describe(
        Job job, int version, WeightsManifest set, ParityResult parity, ComputePlatform platform, Dictionary<string, byte[]> artefacts)
    {
        artefacts[CardFile] = Encoding.UTF8.GetBytes(Card(job, version, set, parity));
        artefacts[Receipt.FileName] = ModelPublisher.Json(new Receipt
        {
            JobId = job.Id,
            Attempt = job.Attempt,
            Version = version,
            Resolved = job.Resolved,
            ConfigHash = job.ConfigHash,
            DatasetFiles = [],
            CodeVersion = Provenance.CodeVersion,
            Packages = Provenance.Packages(),
            Machine = Provenance.Machine(platform),
            Threads = platform.Threads,
            Precision = Precision.Fp32,
            Resumes = job.Resumes,
            Artefacts = ModelPublisher.Describe(artefacts),
        });
    }

    private static string Card(Job job, int version, WeightsManifest set, ParityResult parity)
    {
        var import = job.Import!;
        var view = CardText.View(new ImageView(import.Resize, import.ImageSize));
        var input = $"the upright picture's middle square, {view}; RGB, uint8 N×{import.ImageSize}×{import.ImageSize}×3";
        return $"""
            # {import.ModelName}, version {version}

            {set.Network} ({job.Resolved.Parameters:N0} parameters) with the imported weights `{import.Name}`. Nothing was trained or measured here.

            | | |
            |---|---|
            | source | {CardText.Cell(set.Source)} |
            | licence | {CardText.Cell(set.Licence)} |
            | file | {CardText.Cell(import.File.Name)}, SHA-256 `{import.File.Sha256}` |
            | classes | {set.Classes!.Count} |
            | normalisation | mean {Numbers(import.Normalisation.Mean)}, standard deviation {Numbers(import.Normalisation.StandardDeviation)} |
            | export against network | {CardText.Parity(parity, $"{parity.Images} random pictures")} |

            ## Use

            Input: {input}. The probabilities are not calibrated; pictures unlike the training
            data get confident answers too.

            """.ReplaceLineEndings("\n");
    }

    private static string Numbers(IEnumerable<double> values) =>
        string.Join(", ", values.Select(v => v.ToString("0.####", CultureInfo.InvariantCulture)));
}
