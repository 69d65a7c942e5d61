using System.Text.Json;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Stack;

namespace WrnCloud.Cli.Commands;

/// <summary>
/// Finds the service for a command: from the options, else the environment, else the local stack that runs in this folder or above.
/// </summary>
internal static class EndpointFinder
{
    public const string EndpointVariable = "WRN_ENDPOINT";
    public const string KeyVariable = "WRN_KEY";
    private static readonly string StackFile = Path.Combine(".wrn", StackDescription.FileName);

    /// <exception cref="UsageException">No service is named, or its key is missing.</exception>
    public static (Uri Endpoint, string Key) Find(string? endpoint, string? key, CliContext context)
    {
        var target = FindAny(endpoint, key, context);
        return (target.Endpoint, HeaderText.Checked(target.Key, "The key"));
    }

    /// <summary>
    /// The store's connection string when the service is the local stack that runs in this folder or above; null for any other service.
    /// </summary>
    public static string? StorageOf(Uri endpoint, CliContext context) =>
        FindStack(context.Folder) is { } stack && ParseEndpoint(stack.Endpoint.AbsoluteUri) == ParseEndpoint(endpoint.AbsoluteUri)
            ? stack.StorageConnectionString
            : null;

    private static (Uri Endpoint, string Key) FindAny(string? endpoint, string? keyOption, CliContext context)
    {
        endpoint ??= NonEmpty(context.Variable(EndpointVariable));
        var key = keyOption ?? NonEmpty(context.Variable(KeyVariable));
        if (endpoint is not null && key is not null) return (ParseEndpoint(endpoint), key);

        var stack = FindStack(context.Folder);
        if (endpoint is null)
        {
            if (stack is null)
            {
                throw new UsageException(
                    $"No service was given and no local stack was found: there is no {StackFile} in {context.Folder} or above. " +
                    $"Start one with `wrn up`, or give --endpoint and --key (or {EndpointVariable} and {KeyVariable}).");
            }

            // WRN_KEY without WRN_ENDPOINT is meant for another service: the stack's own key is in the same file as its address.
            return (ParseEndpoint(stack.Endpoint.AbsoluteUri), keyOption ?? stack.Key);
        }

        var named = ParseEndpoint(endpoint);
        return stack is not null && ParseEndpoint(stack.Endpoint.AbsoluteUri) == named
            ? (named, stack.Key)
            : throw new UsageException($"The key for {endpoint} is missing: give --key or {KeyVariable}.");
    }

    private static Uri ParseEndpoint(string text)
    {
        var trimmed = text.TrimEnd('/');
        if (trimmed.EndsWith("/api", StringComparison.OrdinalIgnoreCase)) trimmed = trimmed[..^4];
        return Uri.TryCreate(trimmed, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? uri
            : throw new UsageException($"'{text}' is not an endpoint: write it as http://HOST:PORT or https://HOST.");
    }

    private static StackDescription? FindStack(string folder)
    {
        for (var current = folder; current is not null; current = Path.GetDirectoryName(current))
        {
            var path = Path.Combine(current, StackFile);
            if (File.Exists(path)) return Read(path);
        }

        return null;
    }

    private static StackDescription Read(string path)
    {
        try
        {
            if (JsonSerializer.Deserialize<StackDescription>(File.ReadAllBytes(path), WrnJson.Compact) is { Endpoint: not null, Key: not null } stack)
                return stack;
        }
        catch (JsonException)
        {
            // The message below says what to do about it.
        }

        throw new UsageException($"{path} is not a file of `wrn up`. Remove it and start the local stack again.");
    }

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
