using System.Collections.Concurrent;
using System.Globalization;
using Grpc.Core;

namespace WrnCloud.RefereeHost.Rpc;

/// <summary>One worker's stream: requests go out one at a time, answers are matched to them by request id.</summary>
internal sealed class WorkerChannel(IServerStreamWriter<StreamingMessage> writer) : IDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _waiting = new();
    private readonly SemaphoreSlim _writing = new(1);
    private int _lastId;
    private volatile bool _closed;

    /// <summary>Whether the worker has gone.</summary>
    public bool IsClosed => _closed;

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="WorkerException">The worker has gone.</exception>
    public async Task<StreamingMessage> AskAsync(StreamingMessage request, CancellationToken cancellationToken)
    {
        request.RequestId = Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[request.RequestId] = answer;
        try
        {
            await _writing.WaitAsync(cancellationToken);
            try
            {
                if (_closed) throw new WorkerException("The worker has gone.");
                await writer.WriteAsync(request, CancellationToken.None);
            }
            catch (InvalidOperationException e)
            {
                throw new WorkerException("The worker has gone.", e);
            }
            finally
            {
                _writing.Release();
            }

            return await answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _waiting.TryRemove(request.RequestId, out _);
        }
    }

    /// <summary>Runs a function to its end.</summary>
    /// <exception cref="WorkerException">The function failed, or the worker has gone.</exception>
    public async Task InvokeAsync(InvocationRequest invocation, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(new StreamingMessage { InvocationRequest = invocation }, cancellationToken);
        Require(answer.InvocationResponse.Result);
    }

    /// <exception cref="WorkerException">The worker reports a failure.</exception>
    public static void Require(StatusResult result)
    {
        if (result.Status != StatusResult.Types.Status.Success) throw new WorkerException($"{result.Status}: {result.Exception?.Message}");
    }

    /// <summary>Takes what the worker sent.</summary>
    public void Receive(StreamingMessage message)
    {
        if (message.ContentCase == StreamingMessage.ContentOneofCase.RpcLog) Log(message.RpcLog);
        else if (_waiting.TryRemove(message.RequestId, out var answer)) answer.TrySetResult(message);
    }

    /// <summary>Tells everybody who waits that the worker has gone.</summary>
    public void Close()
    {
        _closed = true;
        foreach (var answer in _waiting.Values) answer.TrySetException(new WorkerException("The worker has gone."));
    }

    public void Dispose() => Close();

    private static void Log(RpcLog log)
    {
        if (log.Level >= RpcLog.Types.Level.Information)
            Console.Error.WriteLine($"{log.Level} {log.Category}: {log.Message} {log.Exception?.Message}");
    }
}
