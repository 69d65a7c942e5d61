using System.Runtime.CompilerServices;
using WrnCloud.Cli.Api;

namespace WrnCloud.Cli.Watching;

/// <summary>Polls a resource until it has ended.</summary>
internal static class Polling
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A restarting service must not end a watch of several hours.</summary>
    private static readonly TimeSpan LongestOutage = TimeSpan.FromMinutes(2);

    /// <summary>Returns every reading, including the last one.</summary>
    /// <param name="read">Reads once; null when the resource does not exist yet.</param>
    /// <param name="isLast">Whether a reading is final.</param>
    /// <param name="clock">Time between readings.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public static async IAsyncEnumerable<T> FollowAsync<T>(
        Func<CancellationToken, Task<T?>> read,
        Func<T, bool> isLast,
        TimeProvider clock,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        long? answered = null;
        while (true)
        {
            T? value = null;
            try
            {
                value = await read(cancellationToken);
                answered = clock.GetTimestamp();
            }
            catch (EndpointUnreachableException) when (answered is { } last && clock.GetElapsedTime(last) < LongestOutage)
            {
                // It has answered before: wait for it to come back.
            }

            if (value is not null)
            {
                yield return value;
                if (isLast(value)) yield break;
            }

            await Task.Delay(Interval, clock, cancellationToken);
        }
    }
}
