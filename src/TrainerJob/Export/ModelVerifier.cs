using Azure;
using Microsoft.ML.OnnxRuntime;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Network;

namespace WrnCloud.TrainerJob.Export;

/// <summary>
/// Checks the artefacts of a published version against each other: builds the network from its weights and compares the exported model with it, on
/// random pictures, and on the test set where a loader has the store.
/// </summary>
internal sealed class ModelVerifier(DatasetLoader? datasets, TimeProvider clock)
{
    private const string Files = "files";
    private const string Weights = "weights";
    private const string RandomParity = "parity on random pictures";
    private const string TestParity = "parity on the test set";
    private const string Accuracy = "top-1 on the test set";

    // Two evaluations of one network in float32 may differ by near ties.
    private const double AccuracyTolerance = 0.001;

    /// <summary>Makes every check that can be made; damaged files fail theirs and are no exception.</summary>
    /// <param name="folder">
    /// Where <c>model.onnx</c>, <c>weights.safetensors</c>, <c>signature.json</c>, <c>receipt.json</c> and <c>samples/</c> lie.
    /// </param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<VerificationReport> CheckAsync(string folder, CancellationToken cancellationToken)
    {
        var checks = new List<VerificationCheck>();
        try
        {
            var receipt = Receipt.Parse(await ReadAsync(folder, Receipt.FileName, cancellationToken));
            var onnx = await ReadAsync(folder, ModelPublisher.OnnxFile, cancellationToken);
            var weights = PublishedWeights.Read(await ReadAsync(folder, ArtifactFile.Weights, cancellationToken));
            using var network = weights.Network;
            var preprocessor = weights.PreprocessorWith(await WhiteningAsync(folder, cancellationToken));
            checks.Add(WeightsCheck(weights, receipt));
            var signature = await ReadAsync(folder, ModelSignature.FileName, cancellationToken);
            checks.AddRange(OnnxDescription.Check(onnx, signature, weights, receipt));
            if (checks.Any(c => c.Outcome == VerificationOutcome.Failed && c.Name == OnnxDescription.Loading)) return new VerificationReport(checks);
            var described = OnnxDescription.Read(signature);
            var published = new Published(network, preprocessor, onnx, OnnxDescription.TemperatureOf(described));
            checks.Add(ParityCheck(RandomParity, Compare(published, RandomPictures.Generate(network.Spec.ImageSize, weights.Classes))));
            checks.Add(await SampleCheck.CheckAsync(folder, onnx, described, cancellationToken));
            checks.AddRange(await TestSetAsync(published, receipt, cancellationToken));
        }
        catch (WrnException e)
        {
            checks.Add(VerificationCheck.Fail(Files, e.Message));
        }

        return new VerificationReport(checks);
    }

    private static async Task<byte[]> ReadAsync(string folder, string file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(Path.Combine(folder, file), cancellationToken);
        }
        catch (IOException e)
        {
            throw new WrnException(ErrorCatalogue.ArtifactDamaged, $"{file} can't be read: {e.Message}", null, e);
        }
    }

    private static VerificationCheck WeightsCheck(PublishedWeights weights, Receipt receipt)
    {
        var spec = weights.Network.Spec;
        var parameters = spec.ParameterCount(weights.Classes.Count);
        var trained = receipt.Resolved;
        return spec.Name == trained.Model && weights.Classes.Count == trained.Classes && parameters == trained.Parameters
            ? VerificationCheck.Pass(Weights, $"{spec.Name}, {weights.Classes.Count} classes, {parameters:N0} parameters")
            : VerificationCheck.Fail(
                Weights,
                $"{ArtifactFile.Weights} holds {spec.Name} with {parameters:N0} parameters, "
                    + $"the receipt says {trained.Model} with {trained.Parameters:N0}");
    }

    private static async Task<byte[]?> WhiteningAsync(string folder, CancellationToken cancellationToken) =>
        File.Exists(Path.Combine(folder, WhiteningFile.FileName)) ? await ReadAsync(folder, WhiteningFile.FileName, cancellationToken) : null;

    private ParityReport? Compare(Published published, IImageSet images)
    {
        try
        {
            return ParityGate.Check(published.Network, published.Onnx, images, published.Preprocessor, clock, temperature: published.Temperature);
        }
        catch (OnnxRuntimeException)
        {
            return null;
        }
    }

    private static VerificationCheck ParityCheck(string name, ParityReport? report)
    {
        if (report is null) return VerificationCheck.Fail(name, $"{ModelPublisher.OnnxFile} does not run on this network's pictures");
        var detail = $"largest probability difference {report.MaxProbabilityDifference:0.0e+0} (at most {ParityGate.Tolerance:0e+0}), "
            + $"top-1 agreement {report.Top1Agreement:P2} on {report.Images:N0}{(report.Sampled ? " sampled" : "")} images";
        return report.Passed ? VerificationCheck.Pass(name, detail) : VerificationCheck.Fail(name, detail);
    }

    private async Task<IReadOnlyList<VerificationCheck>> TestSetAsync(Published published, Receipt receipt, CancellationToken cancellationToken)
    {
        if (datasets is null)
        {
            const string Why = "the data set's store is not known here: set Storage__ConnectionString or Storage__BlobServiceUri";
            return [VerificationCheck.Skip(TestParity, Why)];
        }

        LoadedDataset data;
        try
        {
            data = await datasets.LoadAsync(receipt.Resolved, cancellationToken);
        }
        catch (WrnException e) when (e.Error == ErrorCatalogue.DatasetUnknown)
        {
            return [VerificationCheck.Skip(TestParity, e.Message)];
        }
        catch (WrnException e)
        {
            return [VerificationCheck.Fail(TestParity, e.Message)];
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            return [VerificationCheck.Skip(TestParity, $"the data set can't be fetched: {e.Message.Split('\n')[0].TrimEnd()}")];
        }

        using var loaded = data;
        var report = Compare(published, loaded.Test);
        return report is null ? [ParityCheck(TestParity, null)] : [ParityCheck(TestParity, report), AccuracyCheck(report, published.Onnx)];
    }

    private static VerificationCheck AccuracyCheck(ParityReport report, byte[] onnx)
    {
        if (report.Sampled) return VerificationCheck.Skip(Accuracy, $"only a sample of {report.Images:N0} images was compared");
        var top1 = OnnxDescription.Top1Of(onnx);
        var detail = $"{report.Top1:P2}, published {(top1 is null ? "without a figure" : $"{top1:P2}")}";
        return Math.Abs(report.Top1 - (top1 ?? double.NaN)) <= AccuracyTolerance
            ? VerificationCheck.Pass(Accuracy, detail)
            : VerificationCheck.Fail(Accuracy, detail);
    }

    private sealed record Published(ImageClassifier Network, Preprocessor Preprocessor, byte[] Onnx, double Temperature);
}
