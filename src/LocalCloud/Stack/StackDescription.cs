namespace WrnCloud.LocalCloud.Stack;

/// <summary><c>stack.json</c> of a running stack: how commands find it.</summary>
public sealed record StackDescription(Uri Endpoint, string Key, string StorageConnectionString, string ServiceBusConnectionString, int ProcessId)
{
    /// <summary>The file's name in the state folder.</summary>
    public const string FileName = "stack.json";
}
