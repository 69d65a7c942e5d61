using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace WrnCloud.Storage;

/// <summary>
/// The name of a blob that a user uploaded to <c>batch-input/{model}/</c>: any name that is legal in Blob Storage, decoded once, only read from and
/// never part of a path that this system writes.
/// Only <see cref="Model"/> is used for anything else; it is a valid segment of a <see cref="BlobName"/>.
/// </summary>
public sealed class InputBlobName : IEquatable<InputBlobName>
{
    /// <summary>Longest path that Blob Storage allows, in characters.</summary>
    public const int MaxLength = 1024;

    private const string SubjectStart = "/blobServices/default/containers/";
    private const string SubjectMiddle = "/blobs/";
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private InputBlobName(string model, string path)
    {
        Model = model;
        Path = path;
    }

    /// <summary>Always <see cref="Containers.BatchInput"/>.</summary>
    public string Container { get; } = Containers.BatchInput;

    /// <summary>The first segment of the path: the model that classifies the images.</summary>
    public string Model { get; }

    /// <summary>The blob's name within its container, decoded, model included.</summary>
    public string Path { get; }

    /// <summary>
    /// Parses a container and a path that are already decoded. False for another container, when the first segment is not a model's name, or when
    /// Blob Storage, or a client's URL on the way there, would not preserve the path: control characters, lone surrogates,
    /// backslashes, segments <c>.</c> and <c>..</c>, a segment or the path ending in a dot, a slash at the end, more than 1,024 characters.
    /// </summary>
    public static bool TryParse(string? container, string? path, [NotNullWhen(true)] out InputBlobName? name)
    {
        name = null;
        if (container != Containers.BatchInput || path is null || path.Length > MaxLength) return false;

        var slash = path.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || slash == path.Length - 1 || path.EndsWith('/')) return false;
        if (!BlobName.IsSegment(path[..slash])) return false;
        if (path.Contains('\\', StringComparison.Ordinal) || path.Any(char.IsControl)) return false;
        if (path.Split('/').Any(s => s.EndsWith('.') || s.Length > 254)) return false;
        if (!IsWellFormed(path)) return false;

        name = new InputBlobName(path[..slash], path);
        return true;
    }

    /// <summary>
    /// Parses the subject of a BlobCreated event, <c>/blobServices/default/containers/{container}/blobs/{path}</c>.
    /// Event Grid does not encode it, so nothing is decoded.
    /// </summary>
    public static bool TryParseSubject(string? subject, [NotNullWhen(true)] out InputBlobName? name)
    {
        name = null;
        if (subject is null || !subject.StartsWith(SubjectStart, StringComparison.Ordinal)) return false;
        var rest = subject[SubjectStart.Length..];
        var middle = rest.IndexOf(SubjectMiddle, StringComparison.Ordinal);
        return middle > 0 && TryParse(rest[..middle], rest[(middle + SubjectMiddle.Length)..], out name);
    }

    /// <summary>
    /// Parses the <c>url</c> of a BlobCreated event and decodes its path once. The raw text is split: the platform's URL class would
    /// resolve <c>..</c> first and so address a different blob. Azurite's URLs, with the account as the first segment, are supported.
    /// </summary>
    public static bool TryParseUrl(string? url, [NotNullWhen(true)] out InputBlobName? name)
    {
        name = null;
        if (url is null || url.Length > (9 * MaxLength) + 300) return false;

        var scheme = url.StartsWith("https://", StringComparison.Ordinal) ? 8 : url.StartsWith("http://", StringComparison.Ordinal) ? 7 : 0;
        var start = scheme == 0 ? -1 : url.IndexOf('/', scheme);
        if (start < 0) return false;
        var end = url.AsSpan(start).IndexOfAny('?', '#');
        var path = end < 0 ? url[(start + 1)..] : url[(start + 1)..(start + end)];

        var slash = path.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && path[..slash] != Containers.BatchInput)
        {
            path = path[(slash + 1)..];
            slash = path.IndexOf('/', StringComparison.Ordinal);
        }

        return slash > 0 && DecodeOnce(path[(slash + 1)..]) is { } decoded && TryParse(path[..slash], decoded, out name);
    }

    /// <inheritdoc/>
    public bool Equals(InputBlobName? other) => other is not null && Path == other.Path;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as InputBlobName);

    /// <inheritdoc/>
    public override int GetHashCode() => Path.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => $"{Container}/{Path}";

    private static string? DecodeOnce(string text)
    {
        try
        {
            var source = StrictUtf8.GetBytes(text);
            var decoded = new List<byte>(source.Length);
            for (var i = 0; i < source.Length; i++)
            {
                if (source[i] != (byte)'%')
                {
                    decoded.Add(source[i]);
                    continue;
                }

                if (i + 2 >= source.Length || !char.IsAsciiHexDigit((char)source[i + 1]) || !char.IsAsciiHexDigit((char)source[i + 2])) return null;
                decoded.Add(Convert.FromHexString([(char)source[i + 1], (char)source[i + 2]])[0]);
                i += 2;
            }

            return StrictUtf8.GetString([.. decoded]);
        }
        catch (ArgumentException)
        {
            // Not Unicode, before or after decoding.
            return null;
        }
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else if (char.IsSurrogate(text[i])) return false;
        }

        return true;
    }
}
