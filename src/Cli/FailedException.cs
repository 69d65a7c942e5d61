namespace WrnCloud.Cli;

/// <summary>The command ran and its result is not what was asked for; the message says why.</summary>
internal sealed class FailedException(string message, Exception? innerException = null) : Exception(message, innerException);
