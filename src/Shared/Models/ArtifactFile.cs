namespace WrnCloud.Models;

/// <summary>A file with the length and hash of its content.</summary>
/// <param name="Name">One path segment, or two for a version's samples, such as <c>samples/1.png</c>.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Lower-case hex.</param>
public sealed record ArtifactFile(string Name, long Length, string Sha256)
{
    /// <summary>File name of a version's parameters and running statistics, float32, under PyTorch's names.</summary>
    public const string Weights = "weights.safetensors";
}
