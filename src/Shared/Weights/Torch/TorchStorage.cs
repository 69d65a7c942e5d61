using WrnCloud.Safetensors;

namespace WrnCloud.Weights.Torch;

/// <summary>A storage that a pickle refers to; its bytes are in the archive under <c>data/{Key}</c>.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Key">Its name in the archive.</param>
/// <param name="Count">Number of elements.</param>
internal sealed record TorchStorage(TensorType Type, string Key, long Count);
