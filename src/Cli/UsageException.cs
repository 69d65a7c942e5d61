namespace WrnCloud.Cli;

/// <summary>The command can't run as it was called; the message says what to change.</summary>
internal sealed class UsageException(string message) : Exception(message);
