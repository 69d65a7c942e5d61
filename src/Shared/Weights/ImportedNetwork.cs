using System.Globalization;
using System.Text.RegularExpressions;
using WrnCloud.Architecture;
using WrnCloud.Errors;

namespace WrnCloud.Weights;

/// <summary>The network of a state dict, detected by the names and shapes of its tensors.</summary>
public sealed partial class ImportedNetwork
{
    /// <summary>Most classes of a classifier.</summary>
    public const int MaxClasses = 1000;

    private const int MostTold = 5;
    private static readonly string[] NormalisationParts = ["weight", "bias", "running_mean", "running_var"];

    private ImportedNetwork(ImageNetResNetSpec spec, int? classes, IReadOnlyDictionary<string, WeightTensor> tensors) =>
        (Spec, Classes, Tensors) = (spec, classes, tensors);

    /// <summary>The network.</summary>
    public ImageNetResNetSpec Spec { get; }

    /// <summary>Classes of its classifier; null without one.</summary>
    public int? Classes { get; }

    /// <summary>Exactly the network's tensors, under torchvision's names.</summary>
    public IReadOnlyDictionary<string, WeightTensor> Tensors { get; }

    /// <summary>Finds the network.</summary>
    /// <param name="tensors">The tensors by torchvision's names, as <see cref="WeightsFile.TryRead"/> gives them.</param>
    /// <param name="expected">The name of the network that it must be; null to accept any.</param>
    /// <param name="fileLength">Bytes of the file: the tensors together can't have more, unless they share storage.</param>
    /// <exception cref="WrnException">
    /// <c>weights-unfit</c>: not a supported network, or not the expected one; the message lists the mismatches by name and shape.
    /// </exception>
    public static ImportedNetwork Find(IReadOnlyDictionary<string, WeightTensor> tensors, string? expected, long fileLength)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var spec = expected is null ? Infer(tensors) : Named(expected);
        var classes = ClassesOf(tensors);
        var needed = Expected(spec, classes).ToDictionary(e => e.Name, e => e.Shape, StringComparer.Ordinal);
        Require(spec, needed, tensors);
        if (tensors.Values.Sum(t => (double)t.Count * 2) > fileLength)
            throw Incompatible("The tensors together are larger than the file: their storages overlap.");
        return new ImportedNetwork(spec, classes, tensors);
    }

    private static ImageNetResNetSpec Infer(IReadOnlyDictionary<string, WeightTensor> tensors)
    {
        var blocks = new int[ImageNetResNetSpec.Groups];
        foreach (var name in tensors.Keys)
        {
            if (BlockPattern().Match(name) is not { Success: true } match) continue;
            var group = int.Parse(match.Groups["group"].ValueSpan, CultureInfo.InvariantCulture) - 1;
            blocks[group] = Math.Max(blocks[group], int.Parse(match.Groups["block"].ValueSpan, CultureInfo.InvariantCulture) + 1);
        }

        if (blocks.Any(b => b is < 1 or > GroupBlocks.Most))
            throw Incompatible(
                $"The weights are not of a ResNet: the groups layer1 to layer4 have {string.Join(", ", blocks)} blocks; "
                    + $"1 to {GroupBlocks.Most} are supported.");
        var planes = tensors.TryGetValue("layer1.0.conv1.weight", out var first) && first.Shape is [var width, ..] ? width : 0;
        var spec = new ImageNetResNetSpec(
            new GroupBlocks(blocks[0], blocks[1], blocks[2], blocks[3]),
            (double)planes / ImageNetResNetSpec.StemChannels,
            tensors.ContainsKey("layer1.0.conv3.weight"));

        // A width between the named ones has no name: the mismatches are reported against the nearest named network.
        return NetworkSpec.TryParse(spec.Name, out var known, out _) && known is ImageNetResNetSpec found ? found : spec with { Width = 1 };
    }

    private static ImageNetResNetSpec Named(string name)
    {
        if (!NetworkSpec.TryParse(name, out var spec, out var problem)) throw new WrnException(ErrorCatalogue.SpecInvalid, problem);
        return spec as ImageNetResNetSpec
            ?? throw Incompatible(
                $"Weights of a {spec.Name} can't be imported; use those of a network for photographs, such as ResNet-50 or WRN-50-2-bottleneck.");
    }

    private static int? ClassesOf(IReadOnlyDictionary<string, WeightTensor> tensors)
    {
        if (!tensors.TryGetValue("fc.weight", out var classifier)) return null;
        if (classifier.Shape is [>= 2 and <= MaxClasses and var classes, _]) return (int)classes;
        var found = $"The classifier 'fc.weight' is {classifier.Description}; 2 to {MaxClasses} classes are supported.";
        throw Incompatible($"{found} Leave fc out of the state dict to start training from the rest.");
    }

    private static IEnumerable<(string Name, long[] Shape)> Expected(ImageNetResNetSpec spec, int? classes)
    {
        foreach (var layer in spec.Layers(classes ?? 2))
        {
            switch (layer.Kind)
            {
                case LayerKind.Convolution:
                    yield return ($"{layer.Name}.weight", [layer.Output, layer.Input, layer.Kernel, layer.Kernel]);
                    break;
                case LayerKind.Normalisation:
                    foreach (var part in NormalisationParts) yield return ($"{layer.Name}.{part}", [layer.Output]);
                    break;
                case LayerKind.Classifier when classes is not null:
                    yield return ($"{layer.Name}.weight", [layer.Output, layer.Input]);
                    yield return ($"{layer.Name}.bias", [layer.Output]);
                    break;
                default:
                    break;
            }
        }
    }

    private static void Require(ImageNetResNetSpec spec, Dictionary<string, long[]> needed, IReadOnlyDictionary<string, WeightTensor> tensors)
    {
        List<string> wrong =
        [
            .. needed.Where(n => !tensors.ContainsKey(n.Key)).Select(n => $"'{n.Key}' {WeightTensor.Words(n.Value)} is missing"),
            .. tensors.Where(t => !needed.ContainsKey(t.Key)).Select(t => $"'{t.Key}' {t.Value.Description} does not belong to it"),
            .. tensors.Where(t => needed.TryGetValue(t.Key, out var shape) && !(t.Value.IsFloat && shape.SequenceEqual(t.Value.Shape)))
                .Select(t => $"'{t.Key}' is {t.Value.Description}, not {WeightTensor.Words(needed[t.Key])}"),
        ];
        if (wrong.Count == 0) return;
        var more = wrong.Count > MostTold ? $"; and {wrong.Count - MostTold} more" : "";
        throw Incompatible($"The weights are not of {spec.Name}: {string.Join("; ", wrong.Take(MostTold))}{more}.");
    }

    private static WrnException Incompatible(string detail) => new(ErrorCatalogue.WeightsUnfit, detail);

    [GeneratedRegex(@"\Alayer(?<group>[1-4])\.(?<block>[0-9]{1,3})\.conv1\.weight\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BlockPattern();
}
