namespace WrnCloud.Cli;

/// <summary>The command was called with invalid arguments; the message says what to change.</summary>
internal sealed class UsageException(string message) : Exception(message);
