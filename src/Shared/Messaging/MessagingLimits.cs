namespace WrnCloud.Messaging;

/// <summary>Limits of Service Bus Standard that client and broker check before sending.</summary>
public static class MessagingLimits
{
    /// <summary>Largest encoded message in bytes (256 KiB).</summary>
    public const int MaxMessageBytes = 256 * 1024;

    /// <summary>Longest message id in characters.</summary>
    public const int MaxMessageIdLength = 128;

    /// <summary>Longest duration of a lock without renewal.</summary>
    public static readonly TimeSpan MaxLockDuration = TimeSpan.FromMinutes(5);
}
