using WrnCloud.TrainerJob.Network;

namespace WrnCloud.TrainerJob.Tests.Weights;

/// <summary>The network of <see cref="SampleWeights"/>, built once for a class of tests that only look at it.</summary>
public sealed class SampleNetwork : IDisposable
{
    public ImageClassifier Network { get; } = SampleWeights.Create();

    public void Dispose() => Network.Dispose();
}
