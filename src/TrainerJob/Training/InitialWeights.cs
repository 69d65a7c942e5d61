using System.Security.Cryptography;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Safetensors;
using WrnCloud.Storage;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Weights;
using WrnCloud.Weights;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>The weights that a run starts from: a published version's, or a set's, built in or imported.</summary>
public sealed class InitialWeights(ModelRegistry models, BlobStore blobs)
{
    // PyTorch counts a batch norm's batches beside its statistics; nothing here depends on the count.
    private const string BatchCount = ".num_batches_tracked";
    private const string Head = "fc.";
    private const long MaxBytes = 4L << 30;

    /// <summary>
    /// A safetensors file of the hash with which the job was accepted, and what the images before these weights are normalised with.
    /// </summary>
    /// <exception cref="WrnException">The weights are gone, or others.</exception>
    public async Task<(ReadOnlyMemory<byte> Weights, ChannelStatistics? Normalisation)> ReadAsync(
        ResolvedInit init, CancellationToken cancellationToken)
    {
        var weights = init.Version is { } version
            ? await ReadVersionAsync(init, version, cancellationToken)
            : await ReadSetAsync(init, cancellationToken);
        return (weights, PublishedWeights.NormalisationOf(Parse(weights)));
    }

    /// <summary>
    /// Copies a safetensors file's values into the network; with a new head, into everything but the classifier.
    /// Nothing is changed when it does not fit.
    /// A file that PyTorch's <c>state_dict</c> made fits, its counts of batches are passed over.
    /// </summary>
    /// <exception cref="WrnException"><c>init-invalid</c>: damaged, or of other names, types or shapes.</exception>
    internal static void Load(ReadOnlyMemory<byte> weights, ImageClassifier network, bool newHead)
    {
        var targets = network.NamedState().Where(t => !(newHead && IsHead(t.Name))).ToDictionary(t => t.Name, t => t.Value, StringComparer.Ordinal);
        var sources = Parse(weights).Tensors
            .Where(t => !t.Key.EndsWith(BatchCount, StringComparison.Ordinal) && !(newHead && IsHead(t.Key)))
            .ToList();
        if (sources.FirstOrDefault(s => !targets.ContainsKey(s.Key)) is { Key: { } extra })
            throw Invalid($"The weights have a tensor '{extra}', which {network.Spec.Name} has not.");
        if (targets.Keys.Except(sources.Select(s => s.Key)).FirstOrDefault() is { } missing)
            throw Invalid($"The weights have no tensor '{missing}' of {network.Spec.Name}.");
        foreach (var (name, source) in sources)
        {
            if (source.Type != TensorType.F32 || !source.Shape.SequenceEqual(targets[name].shape))
            {
                throw Invalid(
                    $"'{name}' is {source.Type} {string.Join('×', source.Shape)} in the weights, "
                        + $"F32 {string.Join('×', targets[name].shape)} in {network.Spec.Name}.");
            }
        }

        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        foreach (var (name, source) in sources)
        {
            var staging = empty(targets[name].shape, dtype: ScalarType.Float32);
            source.Data.Span.CopyTo(staging.bytes);
            targets[name].copy_(staging);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadSetAsync(ResolvedInit init, CancellationToken cancellationToken)
    {
        if (BuiltInWeights.Find(init.Model) is not { } weights)
            return await ReadBlobAsync(init, WeightsCatalog.FileName(init.Model, init.WeightsSha256), cancellationToken);
        return weights.Sha256 == init.WeightsSha256
            ? BuiltInWeightsFile.Read(weights)
            : throw Invalid($"The built-in weights '{init.Model}' have the hash {weights.Sha256}, the job was accepted with {init.WeightsSha256}.");
    }

    private async Task<ReadOnlyMemory<byte>> ReadVersionAsync(ResolvedInit init, int number, CancellationToken cancellationToken)
    {
        var version = await models.FindVersionAsync(init.Model, number, cancellationToken)
            ?? throw new WrnException(ErrorCatalogue.ModelNotFound, $"{init.Name}, from which the job was to start, is gone.");
        var folder = ModelRegistry.ArtifactFolder(init.Model, number, version.Attempt);
        return await ReadBlobAsync(init, folder.Child(ArtifactFile.Weights), cancellationToken);
    }

    private async Task<ReadOnlyMemory<byte>> ReadBlobAsync(ResolvedInit init, BlobName name, CancellationToken cancellationToken)
    {
        var blob = await blobs.ReadAsync(name, cancellationToken, MaxBytes)
            ?? throw new WrnException(ErrorCatalogue.ModelNotFound, $"The weights of {init.Name}, from which the job was to start, are gone.");
        var hash = Convert.ToHexStringLower(SHA256.HashData(blob.Bytes.Span));
        return hash == init.WeightsSha256
            ? blob.Bytes
            : throw Invalid($"The weights of {init.Name} have the hash {hash}, the job was accepted with {init.WeightsSha256}.");
    }

    private static SafetensorsFile Parse(ReadOnlyMemory<byte> weights)
    {
        try
        {
            return SafetensorsFile.Read(weights);
        }
        catch (SafetensorsException e)
        {
            throw Invalid($"The weights are damaged: {e.Message}", e);
        }
    }

    private static bool IsHead(string name) => name.StartsWith(Head, StringComparison.Ordinal);

    private static WrnException Invalid(string detail, Exception? inner = null) => new(ErrorCatalogue.InitInvalid, detail, null, inner);
}
