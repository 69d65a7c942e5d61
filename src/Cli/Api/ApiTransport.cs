using System.Net;
using System.Net.Http.Headers;

namespace WrnCloud.Cli.Api;

/// <summary>
/// Sends requests and retries them after connection errors, timeouts and 503, with growing waits. Every call of this client can be
/// retried: it reads, its verb is idempotent, or it carries an Idempotency-Key.
/// </summary>
internal sealed class ApiTransport(Uri endpoint, TimeProvider clock, long bodyBytes = 0) : IDisposable
{
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(100);

    /// <summary>In bytes per second; a slower upload counts as stalled.</summary>
    private const int SlowestUpload = 50_000;

    private static readonly TimeSpan[] Waits =
        [TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];

    private static readonly TimeSpan LongestAskedWait = TimeSpan.FromSeconds(10);

    private readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) })
    {
        Timeout = TimeoutFor(bodyBytes),
    };

    public Uri Endpoint { get; } = endpoint;

    /// <summary>Returns the response's head, whatever its status; the body is not read yet.</summary>
    /// <param name="create">Creates the request, again for each attempt.</param>
    /// <param name="cancellationToken">Ends the attempts.</param>
    /// <exception cref="EndpointUnreachableException">No attempt got a response.</exception>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var last = attempt == Waits.Length;
            TimeSpan wait;
            try
            {
                using var request = create();
                var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                if (response.StatusCode != HttpStatusCode.ServiceUnavailable || last) return response;
                wait = Longer(Waits[attempt], AskedWait(response.Headers.RetryAfter));
                response.Dispose();
            }
            catch (HttpRequestException e)
            {
                if (last) throw new EndpointUnreachableException(Endpoint, e.Message, e);
                wait = Waits[attempt];
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                if (last) throw new EndpointUnreachableException(Endpoint, $"no response within {http.Timeout.TotalSeconds:0} s.", e);
                wait = Waits[attempt];
            }

            await Task.Delay(wait, clock, cancellationToken);
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>Timeout of one attempt that sends this many bytes.</summary>
    internal static TimeSpan TimeoutFor(long bodyBytes) => LongestAnswer + TimeSpan.FromSeconds((double)bodyBytes / SlowestUpload);

    private TimeSpan AskedWait(RetryConditionHeaderValue? header)
    {
        var asked = header?.Delta ?? header?.Date - clock.GetUtcNow() ?? TimeSpan.Zero;
        return asked < LongestAskedWait ? asked : LongestAskedWait;
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
