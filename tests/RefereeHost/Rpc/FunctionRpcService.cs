using Grpc.Core;

namespace WrnCloud.RefereeHost.Rpc;

/// <summary>The gRPC service that workers connect to; a worker is known by the id that its command line gave it.</summary>
internal sealed class FunctionRpcService(WorkerConnections connections) : FunctionRpc.FunctionRpcBase
{
    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        using var channel = new WorkerChannel(responseStream);
        try
        {
            await foreach (var message in requestStream.ReadAllAsync(context.CancellationToken))
            {
                if (message.ContentCase == StreamingMessage.ContentOneofCase.StartStream) connections.Add(message.StartStream.WorkerId, channel);
                else channel.Receive(message);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // A killed worker breaks its stream; whoever waits for an answer is told below.
        }
        finally
        {
            channel.Close();
        }
    }
}
