namespace WrnCloud.Functions.Scoring;

/// <summary>Limits the bytes in use at once. Callers wait in order; a request for more than the limit counts as the limit.</summary>
internal sealed class ByteBudget(long bytes)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(long Bytes, TaskCompletionSource Admitted)> _waiting = new();
    private readonly long _total = bytes;
    private long _free = bytes;

    /// <summary>Reserves bytes until the returned value is disposed.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled while it waited.</exception>
    public async Task<IDisposable> TakeAsync(long bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        bytes = Math.Clamp(bytes, 0, _total);
        LinkedListNode<(long Bytes, TaskCompletionSource Admitted)> place;
        lock (_gate)
        {
            if (_waiting.Count == 0 && bytes <= _free)
            {
                _free -= bytes;
                return new Share(this, bytes);
            }

            place = _waiting.AddLast((bytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        try
        {
            await place.Value.Admitted.Task.WaitAsync(cancellationToken);
            return new Share(this, bytes);
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                // Admitted at the same moment: the bytes are returned.
                if (place.List is null) _free += bytes;
                else _waiting.Remove(place);
                Admit();
            }

            throw;
        }
    }

    private void Return(long bytes)
    {
        lock (_gate)
        {
            _free += bytes;
            Admit();
        }
    }

    private void Admit()
    {
        while (_waiting.First is { } first && first.Value.Bytes <= _free)
        {
            _free -= first.Value.Bytes;
            _waiting.Remove(first);
            first.Value.Admitted.TrySetResult();
        }
    }

    private sealed class Share(ByteBudget budget, long bytes) : IDisposable
    {
        private int _returned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _returned, 1) == 0) budget.Return(bytes);
        }
    }
}
