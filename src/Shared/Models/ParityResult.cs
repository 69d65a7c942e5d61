namespace WrnCloud.Models;

/// <summary>How the exported ONNX model compares with the trained network, both in float32 on the CPU.</summary>
/// <param name="Passed">Whether the version may be served.</param>
/// <param name="MaxProbabilityDifference">Largest absolute difference of a class probability at N = 1, 2, 7 and 64.</param>
/// <param name="Top1Agreement">Share of test images with the same top class, ties excluded.</param>
/// <param name="Images">Test images compared.</param>
/// <param name="Sampled">True when these are a seeded sample, because the whole test set would have taken over three minutes.</param>
public sealed record ParityResult(bool Passed, double MaxProbabilityDifference, double Top1Agreement, int Images, bool Sampled = false);
