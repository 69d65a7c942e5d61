using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Network;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// The part of a network that keeps its starting weights.
/// Its layers are those that the network registered first: the stem, <c>group1</c>, <c>group2</c>, … (<c>layer1</c>, … in the ImageNet networks),
/// whatever comes behind the groups, and last the classifier, which is always trained.
/// In an ImageNet network images pass through it without a gradient and with the batch norms folded into the convolutions.
/// </summary>
internal sealed class FrozenPart : IDisposable
{
    private readonly ImageClassifier _network;
    private readonly Freeze _freeze;
    private readonly List<nn.Module> _layers = [];
    private FoldedResNet? _folded;

    /// <summary>Takes the frozen parameters out of the gradient's way; before an optimizer asks for the trained ones.</summary>
    public FrozenPart(ImageClassifier network, Freeze freeze)
    {
        (_network, _freeze) = (network, freeze);
        var stage = Freeze.Stem;
        foreach (var (name, layer) in network.named_children())
        {
            stage = StageOf(name, stage);
            if (stage > freeze || ReferenceEquals(layer, network.Classifier)) continue;
            _layers.Add(layer);
            foreach (var parameter in layer.parameters()) parameter.requires_grad = false;
        }
    }

    /// <summary>Runs a batch forward in training mode, the frozen layers in evaluation mode.</summary>
    /// <param name="images">As for the network.</param>
    public TrainingPass Train(Tensor images)
    {
        _network.train();
        foreach (var layer in _layers) layer.eval();
        if (_freeze == Freeze.None || _network is not ImageNetResNet resNet) return _network.Train(images);
        var groups = _freeze - Freeze.Stem;
        return new TrainingPass(resNet.Classifier.call(resNet.FeaturesBehind(Activations(resNet, images, groups), groups)));
    }

    /// <summary>Forgets what was made of the network's weights: they are about to change.</summary>
    public void Reset()
    {
        _folded?.Dispose();
        _folded = null;
    }

    public void Dispose() => Reset();

    private Tensor Activations(ImageNetResNet network, Tensor images, int groups)
    {
        using var gradients = no_grad();
        _folded ??= new FoldedResNet(network, images.dtype, groups);
        return _folded.Activations(images);
    }

    // What follows a group and is none belongs to the backbone's end; a fourth group is behind every stage that has a name.
    private static Freeze StageOf(string name, Freeze before) => name switch
    {
        "group1" or "layer1" => Freeze.Group1,
        "group2" or "layer2" => Freeze.Group2,
        "group3" or "layer3" => Freeze.Group3,
        _ => before == Freeze.Stem ? Freeze.Stem : Freeze.Backbone,
    };
}
