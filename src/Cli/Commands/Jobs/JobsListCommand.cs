using System.CommandLine;
using WrnCloud.Cli.Output;
using WrnCloud.Jobs;

namespace WrnCloud.Cli.Commands.Jobs;

internal static class JobsListCommand
{
    public static Command Create(CliContext context)
    {
        var states = string.Join(", ", Enum.GetNames<JobState>()).ToLowerInvariant();
        var state = new Option<JobState?>("--state")
        {
            Description = $"Only jobs in this state: {states}.",
            HelpName = "STATE",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (char.IsAsciiLetter(text.FirstOrDefault()) && Enum.TryParse<JobState>(text, ignoreCase: true, out var parsed)) return parsed;
                result.AddError($"'{text}' is not a state; the states are {states}.");
                return null;
            },
        };
        var count = NumberOption.Create<int>("--count", "Most jobs to list.");
        var next = new Option<string?>("--next") { Description = "Continue where the previous list ended." };
        var json = GlobalOptions.Json();
        var command = new Command("list", "Lists jobs, newest first.") { state, count, next, json };
        return command.DoesWithApi(context, async (parsed, api, cancellationToken) =>
        {
            var page = await api.ListJobsAsync(parsed.GetValue(state), parsed.GetValue(next), parsed.GetValue(count), cancellationToken);
            if (parsed.GetValue(json))
            {
                context.WriteJson(page);
                return ExitCodes.Ok;
            }

            if (page.Items.Count == 0) context.Out.Say($"[grey]No jobs. `wrn train` submits one.[/]");
            else context.Out.Write(JobTable.Of(page.Items, context.Clock.GetUtcNow()));
            if (page.Next is not null) context.Out.Say($"[grey]There is more: add --next {page.Next}[/]");
            return ExitCodes.Ok;
        });
    }
}
