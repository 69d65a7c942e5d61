using System.Net.Http.Json;
using WrnCloud.LocalCloud.Broker.Access;
using WrnCloud.LocalCloud.Broker.Queues;

namespace WrnCloud.LocalCloud.Broker;

/// <summary>Asks a broker for its counts, with a token signed by its key.</summary>
internal sealed class BrokerAdminClient(Uri admin, string key, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(5);

    private readonly HttpClient _http = new() { BaseAddress = admin, Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Every queue's counts.</summary>
    /// <exception cref="HttpRequestException">The broker does not answer, or rejects the key.</exception>
    /// <exception cref="TaskCanceledException">It took longer than 5 s, or the caller cancelled.</exception>
    public async Task<IReadOnlyList<QueueCount>> CountAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "queues");
        var token = SharedAccessSignature.Sign(admin.AbsoluteUri, BrokerProcess.KeyName, key, clock.GetUtcNow() + TokenLife);
        request.Headers.TryAddWithoutValidation("Authorization", token.ToString());
        using var response = await _http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<List<QueueCount>>(cancellationToken) ?? [];
    }

    public void Dispose() => _http.Dispose();
}
