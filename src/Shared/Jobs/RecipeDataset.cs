namespace WrnCloud.Jobs;

/// <summary>The kind of data that a recipe is made for.</summary>
public enum RecipeDataset
{
    /// <summary>CIFAR-10.</summary>
    Cifar10,

    /// <summary>CIFAR-100.</summary>
    Cifar100,

    /// <summary>SVHN, training and extra images together.</summary>
    Svhn,

    /// <summary>ImageNet, ILSVRC-2012.</summary>
    Imagenet,

    /// <summary>The generated shapes10 set.</summary>
    Shapes10,
}
