using System.CommandLine;
using Spectre.Console;
using WrnCloud.Cli.Api;
using WrnCloud.Cli.Output;
using WrnCloud.Cli.Watching;
using WrnCloud.Jobs;

namespace WrnCloud.Cli.Commands.Jobs;

/// <summary>Submits a training job. The server validates the values: it reports every wrong field.</summary>
internal static class TrainCommand
{
    public static Command Create(CliContext context)
    {
        var dataset = new Option<string>("--dataset") { Description = "A pushed data set's name.", Required = true };
        var model = new Option<string?>("--model")
        {
            Description = "The network, such as WRN-16-2 or ResNet-110; default the recipe's, if it names one.",
        };
        var imageSize = NumberOption.Create<int>(
            "--image-size", "Side of the images in pixels; default 32, or 224 for photograph networks.");
        var recipe = new Option<string?>("--recipe") { Description = "The recipe's name, as `wrn recipes` lists them; photographs need none." };
        var epochs = NumberOption.Create<int>("--epochs", "Replaces the recipe's value.");
        var batchSize = NumberOption.Create<int>("--batch-size", "Replaces the recipe's value.");
        var learningRate = NumberOption.Create<double>("--learning-rate", "Replaces the recipe's value.");
        var precision = new Option<string?>("--precision") { Description = "Arithmetic of the forward and backward passes." };
        precision.AcceptOnlyFromAmong("auto", "fp32", "bf16");
        var set = SettingOption.Create();
        var minutes = NumberOption.Create<int>("--minutes", "Time for the training: it runs as many of the recipe's epochs as fit.");
        var maxMinutes = NumberOption.Create<int>("--max-minutes", "Ends the training after this time.");
        var seed = NumberOption.Create<long>("--seed", "Seed of all random numbers; default 1.");
        var init = new Option<string?>("--init")
        {
            Description = "Start from these weights instead of random ones: resnet18, or a published version as NAME@VERSION, NAME:ALIAS or NAME.",
        };
        var freeze = new Option<string?>("--freeze") { Description = "The part, with all before it, that keeps its starting weights; with --init." };
        freeze.AcceptOnlyFromAmong([.. Enum.GetNames<Freeze>().Select(n => n.ToLowerInvariant())]);
        var publishAs = new Option<string?>("--publish-as")
        {
            Description = "The model's name; default DATASET-NETWORK, or DATASET with photo/auto.",
        };
        var idempotencyKey = new Option<string?>("--idempotency-key")
        {
            Description = "Requests with the same key create one job, for 24 h; default a new key.",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Validate and show what would be trained; store nothing." };
        var watch = new Option<bool>("--watch") { Description = "Follow the job until it ends." };
        var json = GlobalOptions.Json();
        var command = new Command("train", "Submits a training job.")
        {
            dataset, model, recipe, imageSize, epochs, batchSize, learningRate, precision, set,
            minutes, maxMinutes, seed, init, freeze, publishAs, idempotencyKey, dryRun,
            watch, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(freeze) is not null && result.GetResult(init) is null)
                result.AddError("--freeze keeps weights from --init: give both.");
        });
        return command.DoesWithApi(context, async (parsed, api, cancellationToken) =>
        {
            var named = SettingOption.Parse(parsed.GetValue(set));
            var overrides = named with
            {
                Epochs = parsed.GetValue(epochs) ?? named.Epochs,
                BatchSize = parsed.GetValue(batchSize) ?? named.BatchSize,
                LearningRate = parsed.GetValue(learningRate) ?? named.LearningRate,
                Precision = parsed.GetValue(precision) is { } name ? Enum.Parse<Precision>(name, ignoreCase: true) : named.Precision,
            };
            var request = new TrainingRequest
            {
                Dataset = parsed.GetRequiredValue(dataset),
                Model = parsed.GetValue(model),
                ImageSize = parsed.GetValue(imageSize),
                Recipe = parsed.GetValue(recipe),
                Overrides = overrides == new SettingOverrides() ? null : overrides,
                Seed = parsed.GetValue(seed),
                Minutes = parsed.GetValue(minutes),
                MaxMinutes = parsed.GetValue(maxMinutes),
                Init = parsed.GetValue(init) is { } from ? new InitRequest { From = from, Freeze = FreezeOf(parsed.GetValue(freeze)) } : null,
                PublishAs = parsed.GetValue(publishAs),
            };
            if (parsed.GetValue(dryRun)) return await ResolveAsync(context, api, request, parsed.GetValue(json), cancellationToken);

            var key = parsed.GetValue(idempotencyKey) is { } given
                ? HeaderText.Checked(given, "--idempotency-key")
                : $"wrn-{context.Ids.NewWriteId()}";
            var job = await api.SubmitAsync(request, key, cancellationToken);
            return await ReportAsync(context, api, job, parsed.GetValue(watch), parsed.GetValue(json), cancellationToken);
        });
    }

    private static Freeze? FreezeOf(string? name) => name is null ? null : Enum.Parse<Freeze>(name, ignoreCase: true);

    private static async Task<int> ResolveAsync(
        CliContext context, ApiClient api, TrainingRequest request, bool json, CancellationToken cancellationToken)
    {
        var resolved = await api.ResolveAsync(request, cancellationToken);
        if (json) context.WriteJson(resolved);
        else context.Out.Write(JobTable.Details(resolved));
        return ExitCodes.Ok;
    }

    // With --json only the final job goes to standard output, and text for people to standard error.
    private static async Task<int> ReportAsync(CliContext context, ApiClient api, Job job, bool watch, bool json, CancellationToken cancellationToken)
    {
        var people = json ? context with { Out = context.Error } : context;
        people.Out.WriteLine(TrainingSummary.Of(job.Resolved));
        people.Out.Say($"Job [bold]{job.Id}[/] is {job.State}.");
        if (watch) job = await JobWatch.RunAsync(people, api, job.Id, cancellationToken);
        else context.Error.Say($"[grey]Follow it with: wrn jobs watch {job.Id}[/]");
        if (json) context.WriteJson(job);
        return watch ? await JobWatch.ConcludeAsync(people, api, job, cancellationToken) : ExitCodes.Ok;
    }
}
