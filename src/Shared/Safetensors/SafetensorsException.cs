namespace WrnCloud.Safetensors;

/// <summary>The bytes are not a safetensors file; the message names the problem.</summary>
public sealed class SafetensorsException(string message, Exception? innerException = null) : Exception(message, innerException);
