namespace WrnCloud.Models;

/// <summary>An input or output of an exported model.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Type">Element type, such as <c>uint8</c>.</param>
/// <param name="Shape">Sizes joined by ×, N for any number of images: <c>N×32×32×3</c>.</param>
/// <param name="Description">The meaning of the values.</param>
public sealed record TensorSignature(string Name, string Type, string Shape, string Description);
