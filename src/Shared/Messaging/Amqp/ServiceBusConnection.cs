using System.Net;
using Azure.Core;

namespace WrnCloud.Messaging.Amqp;

/// <summary>
/// Where a Service Bus namespace (or something that speaks its dialect) listens, and who we are to it: a shared access key from a
/// connection string, or a token credential. Loopback hosts, and what its connection string calls the development emulator, are reached without TLS; every other host with it.
/// </summary>
public sealed class ServiceBusConnection
{
    private const int PlainPort = 5672;
    private const int TlsPort = 5671;

    private ServiceBusConnection(string host, int port, bool isEmulator, ITokenSource tokens)
    {
        Host = host;
        UseTls = !isEmulator && !IsLoopback(host);
        Port = port > 0 ? port : UseTls ? TlsPort : PlainPort;
        HasExplicitPort = port > 0;
        IsEmulator = isEmulator;
        Tokens = tokens;
    }

    /// <summary>The host's name or address.</summary>
    public string Host { get; }

    /// <summary>The TCP port; 5671 with TLS and 5672 without, unless the endpoint names one.</summary>
    public int Port { get; }

    /// <summary>Whether the connection is made over TLS.</summary>
    public bool UseTls { get; }

    /// <summary>Whether the connection string said <c>UseDevelopmentEmulator=true</c>.</summary>
    public bool IsEmulator { get; }

    internal ITokenSource Tokens { get; }

    private bool HasExplicitPort { get; }

    /// <summary>
    /// Reads <c>Endpoint=sb://host[:port];SharedAccessKeyName=…;SharedAccessKey=…[;UseDevelopmentEmulator=true]</c>. Keys are matched
    /// without regard to case; unknown ones (<c>EntityPath</c>) are ignored. Throws <see cref="FormatException"/>, never naming the key.
    /// </summary>
    public static ServiceBusConnection Parse(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var split = part.IndexOf('=', StringComparison.Ordinal);
            if (split <= 0)
            {
                throw new FormatException("A Service Bus connection string consists of 'name=value' parts separated by ';'.");
            }

            parts[part[..split].Trim()] = part[(split + 1)..].Trim();
        }

        if (!parts.TryGetValue("Endpoint", out var endpoint)
            || !Uri.TryCreate(endpoint, UriKind.Absolute, out var uri)
            || !string.Equals(uri.Scheme, "sb", StringComparison.OrdinalIgnoreCase)
            || uri.Host.Length == 0)
        {
            throw new FormatException("A Service Bus connection string needs 'Endpoint=sb://host[:port]'.");
        }

        if (!parts.TryGetValue("SharedAccessKeyName", out var keyName) || !parts.TryGetValue("SharedAccessKey", out var key)
            || keyName.Length == 0 || key.Length == 0)
        {
            throw new FormatException("A Service Bus connection string needs SharedAccessKeyName and SharedAccessKey.");
        }

        var emulator = parts.TryGetValue("UseDevelopmentEmulator", out var flag) && bool.TryParse(flag, out var value) && value;
        return new ServiceBusConnection(uri.Host, uri.Port, emulator, new SharedAccessKeyTokenSource(keyName, key));
    }

    /// <summary>A namespace such as <c>contoso.servicebus.windows.net</c>, reached with an Entra identity.</summary>
    public static ServiceBusConnection ForNamespace(string fullyQualifiedNamespace, TokenCredential credential)
    {
        ArgumentException.ThrowIfNullOrEmpty(fullyQualifiedNamespace);
        ArgumentNullException.ThrowIfNull(credential);
        return new ServiceBusConnection(fullyQualifiedNamespace, port: 0, isEmulator: false, new EntraTokenSource(credential));
    }

    /// <summary>The resource that a token for <paramref name="path"/> names: <c>sb://host[:port]/path</c>.</summary>
    internal string Audience(string path) =>
        HasExplicitPort ? $"sb://{Host}:{Port}/{path}" : $"sb://{Host}/{path}";

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
