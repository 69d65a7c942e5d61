namespace WrnCloud.LocalCloud.Broker.Access;

/// <summary>The rights that a verified token grants on one entity path and everything below it.</summary>
internal sealed record AccessToken(string Path, AccessRights Rights, DateTimeOffset ExpiresAt)
{
    /// <summary>Whether the token covers <paramref name="path"/>; paths are compared case-insensitively.</summary>
    public bool Covers(string path) =>
        Path.Length == 0
        || (path.StartsWith(Path, StringComparison.OrdinalIgnoreCase) && (path.Length == Path.Length || path[Path.Length] == '/'));
}
