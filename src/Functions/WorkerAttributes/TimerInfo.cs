namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a timer's function is told.</summary>
public sealed class TimerInfo
{
    public bool IsPastDue { get; set; }
}
