using WrnCloud.LocalCloud.Stack;

namespace WrnCloud.Cli.Demo;

/// <summary>Runs the demo's chapters in order. Whatever happens, it stops every process of the stack and deletes a temporary state folder.</summary>
internal static class DemoRun
{
    public static async Task<int> RunAsync(CliContext context, DemoPlan plan, CancellationToken cancellationToken)
    {
        using var folders = new DemoFolders(plan, context.Folder);
        var stage = new DemoStage(context, plan, folders);
        stage.Heading($"WrnCloud demo: {plan.Network} on {plan.Dataset}, all on this machine");

        try
        {
            await using var stack = await stage.ChapterAsync("Start the service", () => StackChapter.RunAsync(stage, cancellationToken));
            using var api = stage.Api;
            return await UnlessTheStackEndsAsync(stack, token => ChaptersAsync(stage, token), cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            folders.KeepState();
            throw;
        }
    }

    private static async Task<int> ChaptersAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        var data = await stage.ChapterAsync("Push a data set", () => DataChapter.RunAsync(stage, cancellationToken));
        var job = await stage.ChapterAsync("Submit a training job", () => SubmitChapter.RunAsync(stage, cancellationToken));
        var model = await stage.ChapterAsync("Train and publish", () => TrainingChapter.RunAsync(stage, job, cancellationToken));
        var predicted = await stage.ChapterAsync("Predict over HTTP", () => PredictChapter.RunAsync(stage, data, model, cancellationToken));
        var batch = await stage.ChapterAsync("Classify a batch", () => BatchChapter.RunAsync(stage, data, model, cancellationToken));
        return SummaryChapter.Run(stage, data, model, predicted, batch);
    }

    private static async Task<int> UnlessTheStackEndsAsync(
        LocalStack stack, Func<CancellationToken, Task<int>> run, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = run(stop.Token);
        if (await Task.WhenAny(running, stack.Exited) == running) return await running;

        await stop.CancelAsync();
        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        var reason = stack.Exited.Exception?.GetBaseException().Message ?? $"It stopped by itself; see the logs in {stack.LogFolder}.";
        throw new FailedException($"The local stack failed. {reason}");
    }
}
