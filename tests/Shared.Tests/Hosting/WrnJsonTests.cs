using System.Text.Json;
using WrnCloud.Hosting;
using WrnCloud.Jobs;

namespace WrnCloud.Shared.Tests.Hosting;

public sealed class WrnJsonTests
{
    [Fact]
    public void Compact_Time_IsUtcWithMillisecondsAndZ()
    {
        var time = new DateTimeOffset(2026, 3, 1, 14, 30, 15, 123, TimeSpan.FromHours(2)).AddTicks(4567);

        Assert.Equal("\"2026-03-01T12:30:15.123Z\"", JsonSerializer.Serialize(time, WrnJson.Compact));
        Assert.Equal(time.AddTicks(-4567), JsonSerializer.Deserialize<DateTimeOffset>("\"2026-03-01T14:30:15.123+02:00\"", WrnJson.Compact));
    }

    [Fact]
    public void Compact_Record_IsCamelCaseWithoutNulls()
    {
        var request = new TrainingRequest { Model = "WRN-10-1", Overrides = new SettingOverrides { BatchSize = 1, Precision = Precision.Bf16 } };

        Assert.Equal("""{"model":"WRN-10-1","overrides":{"batchSize":1,"precision":"bf16"}}""", JsonSerializer.Serialize(request, WrnJson.Compact));
    }

    [Theory]
    [InlineData("\"paused\"")]
    [InlineData("\"\"")]
    [InlineData("1")]
    [InlineData("\"1\"")]
    public void Compact_UnknownEnum_IsRefused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<JobState>(json, WrnJson.Compact));

    [Theory]
    [InlineData("""{"model":"a","colour":"red"}""")]
    [InlineData("""{"Model":"a"}""")]
    [InlineData("""{"model":"a","model":"b"}""")]
    [InlineData("""{"seed":"1"}""")]
    [InlineData("""{"model":"a",}""")]
    [InlineData("""{"model":"a"/**/}""")]
    public void Strict_FieldThatTheContractDoesNotKnow_IsRefused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<TrainingRequest>(json, WrnJson.Strict));

    [Fact]
    public void Compact_FieldOfALaterVersion_IsReadOver() =>
        Assert.Equal("a", JsonSerializer.Deserialize<TrainingRequest>("""{"model":"a","colour":"red"}""", WrnJson.Compact)!.Model);

    [Fact]
    public void Compact_WholeJob_ComesBackEqual()
    {
        var job = Shared.Tests.Jobs.JobRecords.In(JobState.Running, 2) with
        {
            Progress = new JobProgress(1, 2, 3, 4, 5.5, 0.25, 0.5, null),
            ResumedFrom = new ResumePoint(1, 3),
            CancelRequestedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, 5, TimeSpan.Zero),
            Reason = new JobReason("time-limit", "<\u00fc>"),
        };

        var json = JsonSerializer.Serialize(job, WrnJson.Compact);
        var read = JsonSerializer.Deserialize<Job>(json, WrnJson.Compact)!;

        Assert.Equal(json, JsonSerializer.Serialize(read, WrnJson.Compact));
        Assert.Equal(job.CancelRequestedAt, read.CancelRequestedAt);
        Assert.Equal(job.Resolved.ConfigHash(), read.Resolved.ConfigHash());
        Assert.DoesNotContain("isTerminal", json, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', json);
    }
}
