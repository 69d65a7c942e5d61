using WrnCloud.Hosting;
using WrnCloud.RefereeHost.Rpc;

namespace WrnCloud.RefereeHost;

/// <summary>Keeps one worker running: starts it, lets it index and load its functions, and starts another when it ends.</summary>
internal sealed class WorkerSupervisor(string app, Uri host, WorkerConnections connections, IIdSource ids, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private volatile TaskCompletionSource<LoadedWorker> _loaded = NewSource();

    /// <summary>
    /// The worker, as soon as there is one: one whose stream has ended is none, though its process may not have been seen to end yet.
    /// </summary>
    public async Task<LoadedWorker> LoadedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var worker = await _loaded.Task.WaitAsync(cancellationToken);
            if (!worker.Channel.IsClosed) return worker;
            await Task.Delay(TimeSpan.FromMilliseconds(50), clock, cancellationToken);
        }
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var id = ids.NewWriteId();
            using var process = WorkerProcess.Start(app, host, id);
            var exited = process.ExitedAsync(cancellationToken);
            try
            {
                await Task.WhenAny(LoadAsync(process.Id, id, cancellationToken), exited).Unwrap();
                await exited;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (WorkerException e)
            {
                Console.Error.WriteLine(e);
            }

            _loaded = NewSource();
            await Task.Delay(Pause, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LoadAsync(int processId, string workerId, CancellationToken cancellationToken)
    {
        var channel = await connections.ConnectedAsync(workerId).WaitAsync(cancellationToken);
        var init = new WorkerInitRequest { HostVersion = "4.1037.0.0", WorkerDirectory = app, FunctionAppDirectory = app };
        var worker = (await channel.AskAsync(new StreamingMessage { WorkerInitRequest = init }, cancellationToken)).WorkerInitResponse;
        WorkerChannel.Require(worker.Result);

        var index = new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = app } };
        var indexed = (await channel.AskAsync(index, cancellationToken)).FunctionMetadataResponse;
        WorkerChannel.Require(indexed.Result);
        foreach (var metadata in indexed.FunctionMetadataResults)
        {
            // The metadata goes back as it came, with the fields that this host doesn't know: the worker finds the method by them.
            var load = new FunctionLoadRequest { FunctionId = metadata.FunctionId, Metadata = metadata };
            var loaded = await channel.AskAsync(new StreamingMessage { FunctionLoadRequest = load }, cancellationToken);
            WorkerChannel.Require(loaded.FunctionLoadResponse.Result);
        }

        var functions = indexed.FunctionMetadataResults.Select(IndexedFunction.Of).ToList();
        _loaded.SetResult(new LoadedWorker(processId, channel, worker.Capabilities["HttpUri"], functions));
    }

    private static TaskCompletionSource<LoadedWorker> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
