using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Network;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// The part of a network that keeps its starting weights. Its layers are those that the network registered first: the stem, <c>group1</c>, <c>group2</c>,
/// … (<c>layer1</c>, … in the ImageNet networks), whatever comes behind the groups, and last the classifier, which is always trained.
/// </summary>
internal sealed class FrozenPart
{
    private readonly List<nn.Module> _layers = [];

    /// <summary>Takes the frozen parameters out of the gradient's way; before an optimizer asks for the trained ones.</summary>
    public FrozenPart(ImageClassifier network, Freeze freeze)
    {
        var stage = Freeze.Stem;
        foreach (var (name, layer) in network.named_children())
        {
            stage = StageOf(name, stage);
            if (stage > freeze || ReferenceEquals(layer, network.Classifier)) continue;
            _layers.Add(layer);
            foreach (var parameter in layer.parameters()) parameter.requires_grad = false;
        }
    }

    /// <summary>Puts the frozen layers into evaluation mode, after the network as a whole was put into training mode.</summary>
    public void Hold()
    {
        foreach (var layer in _layers) layer.eval();
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
