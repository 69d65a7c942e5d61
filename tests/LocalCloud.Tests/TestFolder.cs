namespace WrnCloud.LocalCloud.Tests;

/// <summary>A temporary folder that is deleted with its test.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("wrncloud-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
