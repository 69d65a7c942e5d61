namespace WrnCloud.TrainerJob.Training;

/// <summary>A moving average of the time of a step.</summary>
internal sealed class ThroughputMeter(TimeProvider clock)
{
    private const double Share = 0.1;
    private long _started;
    private int _steps;

    /// <summary>Seconds of a step, averaged over about the last ten.</summary>
    public double SecondsPerStep { get; private set; }

    /// <summary>A step starts now.</summary>
    public void Start() => _started = clock.GetTimestamp();

    /// <summary>The step ends now. The first one is forgotten at the second: it loads libraries and plans kernels.</summary>
    public void Stop()
    {
        var seconds = clock.GetElapsedTime(_started).TotalSeconds;
        _steps++;
        SecondsPerStep = _steps <= 2 ? seconds : SecondsPerStep + (Share * (seconds - SecondsPerStep));
    }
}
