namespace WrnCloud.TrainingBench;

/// <summary>The PyTorch that is installed.</summary>
/// <param name="Torch">Its version.</param>
/// <param name="Threads">The threads that it takes by itself.</param>
/// <param name="Cuda">Whether it sees a CUDA device.</param>
/// <param name="Compile">Whether it has <c>torch.compile</c>.</param>
internal sealed record PeerVersion(string Torch, int Threads, bool Cuda, bool Compile);
