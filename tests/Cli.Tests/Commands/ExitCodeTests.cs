using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;

namespace WrnCloud.Cli.Tests.Commands;

public sealed class ExitCodeTests
{
    [Theory]
    [InlineData("")]
    [InlineData("jobs")]
    [InlineData("nonsense")]
    [InlineData("jobs list --state sleeping")]
    [InlineData("jobs list --state 3")]
    [InlineData("jobs show")]
    [InlineData("train --dataset a --model b")]
    [InlineData("train --dataset a --model b --recipe c --epochs many")]
    [InlineData("train --dataset a --model b --recipe c --precision fp64")]
    [InlineData("train --dataset a --model b --recipe c --learning-rate nan")]
    [InlineData("train --dataset a --model b --recipe c --learning-rate -Infinity")]
    [InlineData("train --dataset a --model b --recipe c --endpoint http://127.0.0.1:9 --key k --idempotency-key schlüssel")]
    [InlineData("jobs list --endpoint http://127.0.0.1:9 --key schlüssel")]
    [InlineData("jobs list --endpoint http://127.0.0.1:9 --key a\nb")]
    [InlineData("models promote net")]
    [InlineData("models promote net:production")]
    [InlineData("models show NET")]
    [InlineData("batch net@1 x.zip")]
    [InlineData("predict net")]
    [InlineData("datasets push x --format mat --data .")]
    [InlineData("up --trainers 0")]
    [InlineData("up --trainer remote")]
    [InlineData("demo --dataset mnist")]
    [InlineData("demo --dataset cifar10")]
    [InlineData("demo --data somewhere")]
    public async Task Run_WrongUsage_EndsWith2AndASentence(string commandLine)
    {
        var run = await Wrn.RunAsync(commandLine);
        Assert.Equal(ExitCodes.WrongUsage, run.Code);
        Assert.NotEmpty(run.Error.Trim());
    }

    [Theory]
    [InlineData("up")]
    [InlineData("demo")]
    public async Task Run_EmptyStateFolder_EndsWith2AndASentence(string command)
    {
        var run = await Wrn.RunAsync([command, "--state", ""]);
        Assert.Equal(ExitCodes.WrongUsage, run.Code);
        Assert.Contains("--state", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ErrorAnswerBreaksOff_EndsWith4()
    {
        await using var server = await ApiServer.StartAsync();
        server.On("GET /api/training-jobs", context => Microsoft.AspNetCore.Http.Results.Stream(stream =>
        {
            // Fewer bytes than promised: the server ends the connection.
            context.Response.StatusCode = 400;
            context.Response.ContentLength = 1000;
            return stream.WriteAsync("{"u8.ToArray()).AsTask();
        }));
        var run = await Wrn.RunAsync($"jobs list {server.Options}");
        Assert.Equal(ExitCodes.Unreachable, run.Code);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("train --help")]
    [InlineData("jobs watch --help")]
    public async Task Help_OfAnyCommand_ListsTheExitCodes(string commandLine)
    {
        var run = await Wrn.RunAsync(commandLine);
        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Contains("Usage:\n  wrn", run.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        foreach (var (code, meaning) in ExitCodes.All) Assert.Contains($"{code}  {meaning}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Refused_EndsWith3AndPrintsEveryFieldError()
    {
        await using var server = await ApiServer.StartAsync();
        server.On("POST /api/training-jobs", _ => ApiServer.Problem(
            ErrorCatalogue.RequestInvalid,
            "Two fields are wrong.",
            new FieldError("/model", "spec-invalid", "The depth 17 does not exist.", "16 or 22"),
            new FieldError("/overrides/epochs", "value-invalid", "0 is too few [sic].", "1 to 1,000")));
        var run = await Wrn.RunAsync($"train --dataset a --model WRN-17-2 --recipe c --epochs 0 {server.Options}");
        Assert.Equal(ExitCodes.Refused, run.Code);
        Assert.Empty(run.Output);
        string[] parts =
        [
            "request-invalid", "Two fields are wrong.",
            "/model", "The depth 17 does not exist.", "16 or 22",
            "/overrides/epochs", "0 is too few [sic].", "1 to 1,000",
        ];
        foreach (var part in parts)
            Assert.Contains(part, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AnswerOfSomethingElse_EndsWith3AndSaysSo()
    {
        await using var server = await ApiServer.StartAsync();
        var run = await Wrn.RunAsync($"jobs list {server.Options}");
        Assert.Equal(ExitCodes.Refused, run.Code);
        Assert.Contains("HTTP 404", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NobodyListens_EndsWith4()
    {
        Uri closed;
        await using (var server = await ApiServer.StartAsync()) closed = server.Endpoint;
        var run = await Wrn.RunAsync($"jobs list --endpoint {closed} --key k");
        Assert.Equal(ExitCodes.Unreachable, run.Code);
        Assert.Contains("does not answer", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(JobState.Succeeded, ExitCodes.Ok, "shapes10-wrn-10-1@3")]
    [InlineData(JobState.Failed, ExitCodes.Failed, "The loss became infinite in step 7.")]
    [InlineData(JobState.Cancelled, ExitCodes.Failed, "Cancelled")]
    public async Task Watch_JobEnds_ExitCodeTellsHow(JobState end, int code, string sentence)
    {
        await using var server = await ApiServer.StartAsync();
        server.On(
            $"GET /api/training-jobs/{Samples.JobId}",
            _ => ApiServer.Json(Samples.Job()),
            _ => ApiServer.Json(Samples.Job(JobState.Running) with { Progress = Samples.Progress(1, 10) }),
            _ => ApiServer.Json(Samples.Job(end)));
        var run = await Wrn.RunAsync($"jobs watch {Samples.JobId} {server.Options}");
        Assert.Equal(code, run.Code);
        Assert.Contains(sentence, run.Output + run.Error, StringComparison.Ordinal);
        Assert.Contains("waiting for a trainer", run.Output, StringComparison.Ordinal);
        Assert.Contains("epoch 1/6, step 10/750", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Json_IsTheAnswerAndNothingElse()
    {
        await using var server = await ApiServer.StartAsync();
        server.OnJson("GET /api/training-jobs?state=failed&count=5", new Page<Job>([Samples.Job(JobState.Failed)], "more"));
        var run = await Wrn.RunAsync($"jobs list --state Failed --count 5 --json {server.Options}");
        Assert.Equal(ExitCodes.Ok, run.Code);
        var page = System.Text.Json.JsonSerializer.Deserialize<Page<Job>>(run.Output, WrnJson.Compact)!;
        Assert.Equal((Samples.JobId, "more"), (page.Items.Single().Id, page.Next));
    }

    [Fact]
    public async Task List_Table_HasARowForEachJob()
    {
        await using var server = await ApiServer.StartAsync();
        server.OnJson("GET /api/training-jobs", new Page<Job>([Samples.Job(), Samples.Job(JobState.Failed)]));
        var run = await Wrn.RunAsync($"jobs list {server.Options}");
        Assert.Equal(2, run.Output.Split('\n').Count(l => l.Contains(Samples.JobId, StringComparison.Ordinal)));
    }
}
