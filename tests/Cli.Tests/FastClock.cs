namespace WrnCloud.Cli.Tests;

/// <summary>The system's clock with every wait a hundredth as long.</summary>
internal sealed class FastClock : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 100 : dueTime, period);
}
