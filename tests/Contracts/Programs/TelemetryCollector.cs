using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WrnCloud.Contracts.Programs;

/// <summary>
/// Takes what exporters send, on a loopback port: Application Insights' ingestion and OTLP over HTTP. It keeps every POST as text: its address, its
/// headers and its unpacked body. Anything else it answers as well.
/// </summary>
public sealed class TelemetryCollector : IAsyncDisposable
{
    private readonly HttpListener _listener;
    private readonly ConcurrentQueue<string> _received = new();
    private readonly Task _serving;

    /// <summary>Starts listening.</summary>
    public TelemetryCollector()
    {
        (_listener, Port) = Listen();
        _serving = ServeAsync();
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Its address for OTLP.</summary>
    public string Endpoint => $"http://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>A connection string of Application Insights that names it.</summary>
    public string ConnectionString =>
        $"InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint={Endpoint}/;LiveEndpoint={Endpoint}/";

    /// <summary>All that has come so far.</summary>
    public string Received => string.Join('\n', _received);

    /// <summary>Stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    // Between finding a free port and listening on it another program may take it.
    private static (HttpListener Listener, int Port) Listen()
    {
        for (var tries = 1; ; tries++)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            var listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/");
            try
            {
                listener.Start();
                return (listener, port);
            }
            catch (HttpListenerException) when (tries < 10)
            {
                listener.Close();
            }
        }
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            await AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var body = new MemoryStream();
            var packed = context.Request.Headers["Content-Encoding"] == "gzip";
            await using (var input = packed ? new GZipStream(context.Request.InputStream, CompressionMode.Decompress) : context.Request.InputStream)
                await input.CopyToAsync(body);
            var text = Encoding.UTF8.GetString(body.ToArray());
            if (context.Request.HttpMethod == "POST") _received.Enqueue($"{context.Request.RawUrl}\n{context.Request.Headers}\n{text}");

            // The ingestion's answer counts the lines; OTLP's is an empty message.
            var items = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ToString(CultureInfo.InvariantCulture);
            var isOtlp = context.Request.RawUrl!.StartsWith("/v1/", StringComparison.Ordinal);
            var answer = isOtlp ? [] : Encoding.UTF8.GetBytes($$"""{"itemsReceived":{{items}},"itemsAccepted":{{items}},"errors":[]}""");
            context.Response.ContentType = isOtlp ? "application/x-protobuf" : "application/json";
            context.Response.ContentLength64 = answer.Length;
            await context.Response.OutputStream.WriteAsync(answer);
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The exporter has gone, or this is closing.
        }
    }
}
