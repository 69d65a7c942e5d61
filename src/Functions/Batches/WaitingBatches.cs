using WrnCloud.Batches;
using WrnCloud.Messaging;

namespace WrnCloud.Functions.Batches;

/// <summary>The batches that have a continuation on the queue, found by browsing it once, on first use.</summary>
internal sealed class WaitingBatches(IJobQueue queue)
{
    private const int PageSize = 100;
    private const int MostPages = 100;

    private HashSet<string>? _ids;

    /// <summary>
    /// True when a continuation of the batch is waiting or being processed. The store's events are not recognised: their ids have another format.
    /// </summary>
    public async Task<bool> ContainsAsync(string batchId, CancellationToken cancellationToken)
    {
        _ids ??= await ReadAsync(cancellationToken);
        return _ids.Contains(batchId);
    }

    private async Task<HashSet<string>> ReadAsync(CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>();
        long from = 0;
        for (var page = 0; page < MostPages && await queue.PeekAsync(from, PageSize, cancellationToken) is { Count: > 0 } messages; page++)
        {
            foreach (var message in messages)
            {
                var id = message.MessageId.Split('.')[0];
                if (BatchNames.IsId(id)) ids.Add(id);
            }

            from = messages[^1].SequenceNumber + 1;
        }

        return ids;
    }
}
