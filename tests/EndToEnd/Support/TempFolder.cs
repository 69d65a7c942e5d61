namespace WrnCloud.EndToEnd.Support;

/// <summary>A folder that is removed with its content.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("wrn-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
