namespace Microsoft.Azure.Functions.Worker;

/// <summary>Binds a parameter to a timer; the schedule has six fields, seconds first.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : Attribute
{
    public string Schedule { get; } = schedule;
}
