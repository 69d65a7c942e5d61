namespace WrnCloud.Safetensors;

/// <summary>The bytes are no safetensors file; the message says what is wrong with them.</summary>
public sealed class SafetensorsException(string message, Exception? innerException = null) : Exception(message, innerException);
