using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using System.Threading.Channels;
using WrnCloud.LocalCloud.Processes;
using WrnCloud.Messaging;
using WrnCloud.Messaging.ServiceBus;

namespace WrnCloud.MessagingBench.Waiting;

/// <summary>A <see cref="WaitingProcess"/> with a broker of its own, seen from outside.</summary>
internal sealed class WaitingHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly BrokerHost _broker;
    private readonly Process _process;
    private readonly TimeProvider _clock;
    private readonly ServiceBusJobQueues _queues;
    private readonly IJobQueue _queue;
    private readonly Channel<double> _latencies = Channel.CreateUnbounded<double>();
    private int _sent;

    private WaitingHost(string host, BrokerHost broker, Process process, TimeProvider clock)
    {
        (_broker, _process, _clock) = (broker, process, clock);
        _queues = new ServiceBusJobQueues(broker.ConnectionString, clock);
        _queue = _queues.Open(host == "trainer" ? QueueNames.TrainingJobs : QueueNames.BatchEvents);
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text) _latencies.Writer.TryWrite(double.Parse(text, CultureInfo.InvariantCulture));
        };
        _process.BeginOutputReadLine();
    }

    public List<double> PickUps { get; } = [];

    public double CpuSeconds => _process.CpuSeconds();

    public long ResidentBytes => _process.ResidentBytes();

    /// <summary>The client's ends of the connections to its broker.</summary>
    public IReadOnlySet<int> Ports => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
        .Where(c => c.RemoteEndPoint.Port == _broker.Port && c.State == TcpState.Established).Select(c => c.LocalEndPoint.Port).ToHashSet();

    public static async Task<WaitingHost> StartAsync(string host, string folder, TimeProvider clock)
    {
        var broker = await BrokerHost.StartAsync(folder, clock);
        string[] arguments = [typeof(WaitingHost).Assembly.Location, WaitingProcess.Command, host, broker.ConnectionString];
        var process = Process.Start(new ProcessStartInfo(DotnetProgram.Host, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        return new WaitingHost(host, broker, process, clock);
    }

    /// <summary>Sends messages one after another, each when the one before has been picked up.</summary>
    public async Task PickUpAsync(int messages, bool isMeasured)
    {
        var body = new byte[1024];
        for (var i = 0; i < messages; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(body, _clock.GetTimestamp());
            await _queue.SendAsync(new OutgoingMessage($"wait-{_sent++}", body.ToArray()), CancellationToken.None);
            var latency = await _latencies.Reader.ReadAsync().AsTask().WaitAsync(Patience, _clock);
            if (isMeasured) PickUps.Add(latency);
            await Task.Delay(TimeSpan.FromMilliseconds(20), _clock);
        }
    }

    /// <summary>Asks it to end; how long that takes. With the broker killed before where asked for.</summary>
    public async Task<TimeSpan> EndAsync(bool killsBroker)
    {
        if (killsBroker)
        {
            await _broker.DisposeAsync();
            await Task.Delay(TimeSpan.FromSeconds(1), _clock);
        }

        var started = _clock.GetTimestamp();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience, _clock);
        return _clock.GetElapsedTime(started);
    }

    public async ValueTask DisposeAsync()
    {
        await _queues.DisposeAsync();
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
        await _broker.DisposeAsync();
    }
}
