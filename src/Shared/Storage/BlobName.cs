using System.Text.RegularExpressions;

namespace WrnCloud.Storage;

/// <summary>
/// The path of a blob that this system builds: a container and at least one more segment, each
/// <c>[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?</c> without <c>..</c>, and not a Windows device name, where a download would write to the device.
/// Blobs are addressed in no other way; there is no trusted bypass.
/// </summary>
public sealed partial class BlobName : IEquatable<BlobName>
{
    private BlobName(string container, string path)
    {
        Container = container;
        Path = path;
    }

    /// <summary>The first segment.</summary>
    public string Container { get; }

    /// <summary>The segments after the container, joined by slashes.</summary>
    public string Path { get; }

    /// <summary>Builds a name from its segments, the first of which is the container.</summary>
    /// <exception cref="ArgumentException">A segment breaks the rule.</exception>
    public static BlobName Of(string container, params ReadOnlySpan<string> segments)
    {
        if (segments.Length == 0) throw new ArgumentException("A blob's name needs a container and at least one segment.", nameof(segments));
        Require(container);
        foreach (var segment in segments) Require(segment);
        return new BlobName(container, string.Join('/', segments));
    }

    /// <summary>Whether the text is a valid segment of a blob's name.</summary>
    public static bool IsSegment(string? text) =>
        text is not null && text.Length <= 63 && SegmentPattern().IsMatch(text)
        && !text.Contains("..", StringComparison.Ordinal) && !DevicePattern().IsMatch(text);

    /// <summary>A name below this one.</summary>
    public BlobName Child(params ReadOnlySpan<string> segments)
    {
        foreach (var segment in segments) Require(segment);
        return new BlobName(Container, Path + "/" + string.Join('/', segments));
    }

    /// <inheritdoc/>
    public bool Equals(BlobName? other) => other is not null && Container == other.Container && Path == other.Path;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as BlobName);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Container, Path);

    /// <inheritdoc/>
    public override string ToString() => $"{Container}/{Path}";

    private static void Require(string segment)
    {
        if (!IsSegment(segment))
        {
            throw new ArgumentException(
                "A name is 1 to 63 of a-z, 0-9, '.', '_' and '-', starting and ending with a letter or digit, without '..', and no Windows device.",
                nameof(segment));
        }
    }

    [GeneratedRegex(@"\A[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?\z", RegexOptions.None, 1000)]
    private static partial Regex SegmentPattern();

    // With an extension it still names the device.
    [GeneratedRegex(@"\A(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\z)", RegexOptions.None, 1000)]
    private static partial Regex DevicePattern();
}
