namespace WrnCloud.Models;

/// <summary>What an exported model takes and gives, <c>signature.json</c>.</summary>
/// <param name="Inputs">One input: pictures.</param>
/// <param name="Outputs">One output: probabilities.</param>
/// <param name="Classes">Class names by index of the output.</param>
public sealed record ModelSignature(IReadOnlyList<TensorSignature> Inputs, IReadOnlyList<TensorSignature> Outputs, IReadOnlyList<string> Classes)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "signature.json";
}
