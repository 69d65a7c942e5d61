namespace WrnCloud.TrainerJob.Tests.Support;

/// <summary>A folder of its own that goes with the test.</summary>
internal sealed class TrainingFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("wrn-training-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
