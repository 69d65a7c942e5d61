namespace WrnCloud.Jobs;

/// <summary>A named, complete set of training settings.</summary>
/// <param name="Name">Such as <c>paper/cifar</c>.</param>
/// <param name="Description">What it is for and where it is from.</param>
/// <param name="Settings">The settings.</param>
public sealed record Recipe(string Name, string Description, TrainingSettings Settings);
