using System.Text.Json;
using WrnCloud.Hosting;
using WrnCloud.Messaging;

namespace WrnCloud.Jobs;

/// <summary>The message on the training queue: a job's id and the dispatch that it belongs to. Never data, never settings.</summary>
/// <param name="Schema">Version of this form, 1.</param>
/// <param name="JobId">The job.</param>
/// <param name="Dispatch">The record's dispatch when this message became needed.</param>
public sealed record TrainingMessage(int Schema, string JobId, int Dispatch)
{
    /// <summary>Name of the property that carries the trace context.</summary>
    public const string TraceParentProperty = "traceparent";

    /// <summary>The message for a job's current need.</summary>
    public static OutgoingMessage For(Job job) => new(
        $"{job.Id}.{job.Dispatch}",
        JsonSerializer.SerializeToUtf8Bytes(new TrainingMessage(1, job.Id, job.Dispatch), WrnJson.Compact),
        job.TraceParent is null ? null : new Dictionary<string, string> { [TraceParentProperty] = job.TraceParent });

    /// <summary>Reads a body; null when it is not one of ours.</summary>
    public static TrainingMessage? TryParse(ReadOnlyMemory<byte> body)
    {
        try
        {
            var message = JsonSerializer.Deserialize<TrainingMessage>(body.Span, WrnJson.Strict);
            return message is { Schema: 1, Dispatch: > 0 } && Storage.BlobName.IsSegment(message.JobId) ? message : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
