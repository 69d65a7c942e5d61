namespace WrnCloud.Cli;

/// <summary>The command ran but failed; the message says why.</summary>
internal sealed class FailedException(string message, Exception? innerException = null) : Exception(message, innerException);
