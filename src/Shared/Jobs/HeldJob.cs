using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using WrnCloud.Hosting;

namespace WrnCloud.Jobs;

/// <summary>
/// The job that a trainer process works on. The trainer prints it as one line of JSON on standard output,
/// <c>{"holds":{"jobId":"…","attempt":2}}</c> when it has claimed a job and <c>{"holds":null}</c> when it has let go of it, so that whoever
/// started the process can end it once it hangs and the job is no longer its own.
/// </summary>
/// <param name="JobId">The job's id.</param>
/// <param name="Attempt">The number of the trainer's claim.</param>
public sealed record HeldJob(string JobId, int Attempt)
{
    /// <summary>The line that says what a trainer holds, or that it holds nothing.</summary>
    public static string LineOf(HeldJob? held) => JsonSerializer.Serialize(new Line(held), WrnJson.Compact);

    /// <summary>Reads such a line; false when it is something else.</summary>
    public static bool TryParse(string line, out HeldJob? held)
    {
        ArgumentNullException.ThrowIfNull(line);
        held = null;
        if (!line.StartsWith("{\"holds\":", StringComparison.Ordinal)) return false;
        try
        {
            held = JsonSerializer.Deserialize<Line>(line, WrnJson.Compact)?.Holds;
            return held is null or { JobId: not null };
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Whether a record, as old as it is, still says that this attempt holds the job.</summary>
    public bool IsHeldIn([NotNullWhen(true)] StoredJob? stored) =>
        stored is { Job: { State: JobState.Running } job } && job.Attempt == Attempt && stored.Age <= JobTransitions.Lease;

    private sealed record Line([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] HeldJob? Holds);
}
