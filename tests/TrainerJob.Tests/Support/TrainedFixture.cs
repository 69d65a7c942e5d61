namespace WrnCloud.TrainerJob.Tests.Support;

/// <summary>One trained network for the tests of a class that do not change it.</summary>
public sealed class TrainedFixture : IAsyncLifetime
{
    internal TrainedSample Sample { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Sample = await TrainedSample.CreateAsync();

    public ValueTask DisposeAsync()
    {
        Sample.Dispose();
        return ValueTask.CompletedTask;
    }
}
