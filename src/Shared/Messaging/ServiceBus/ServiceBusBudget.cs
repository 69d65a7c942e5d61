namespace WrnCloud.Messaging.ServiceBus;

/// <summary>How long one operation on a queue may take before it fails as <see cref="MessagingFailure.ConnectionBroken"/>.</summary>
/// <param name="Total">All tries and the pauses between them.</param>
/// <param name="Try">One try: connecting, authorising and opening a link included.</param>
/// <param name="Retries">Tries after the first. With the pauses they end within <paramref name="Total"/> when the broker refuses at once.</param>
/// <param name="FirstPause">The pause after the first try; it doubles with each further one.</param>
/// <param name="LongestPause">Longest pause.</param>
public sealed record ServiceBusBudget(TimeSpan Total, TimeSpan Try, int Retries, TimeSpan FirstPause, TimeSpan LongestPause)
{
    /// <summary>
    /// For operations that an HTTP request waits for: 5 s. The timer that looks after jobs sends a message that could not be sent by then.
    /// </summary>
    public static readonly ServiceBusBudget Request =
        new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(4), 6, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1));

    /// <summary>For a trainer, which survives a restart of the broker: 30 s.</summary>
    public static readonly ServiceBusBudget Job =
        new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10), 8, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
}
