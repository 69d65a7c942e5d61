namespace WrnCloud.Jobs;

/// <summary>Which part of the network is trained, and how.</summary>
public enum TrainingMethod
{
    /// <summary>The network, or the part of it that is not frozen, by stochastic gradient descent.</summary>
    Sgd,

    /// <summary>
    /// A linear classifier on the features of the network, which keeps its weights:
    /// fitted to convergence, its penalty chosen by cross-validation. Epochs, batch size and learning rate mean nothing to it.
    /// </summary>
    Head,

    /// <summary>
    /// Both, and a small network on small images: what is cheap first,
    /// then the training of the pretrained network where there are many pictures or minutes for it. Validation images choose.
    /// </summary>
    Auto,
}
