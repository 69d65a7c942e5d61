namespace WrnCloud.LocalCloud.Broker.Access;

/// <summary>What one verified token allows on one entity path and everything below it.</summary>
internal sealed record AccessToken(string Path, AccessRights Rights, DateTimeOffset ExpiresAt)
{
    /// <summary>Whether the token reaches <paramref name="path"/>; paths are compared without regard to case.</summary>
    public bool Covers(string path) =>
        Path.Length == 0
        || (path.StartsWith(Path, StringComparison.OrdinalIgnoreCase) && (path.Length == Path.Length || path[Path.Length] == '/'));
}
