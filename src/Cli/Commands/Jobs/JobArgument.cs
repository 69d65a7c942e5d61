using System.CommandLine;

namespace WrnCloud.Cli.Commands.Jobs;

internal static class JobArgument
{
    public static Argument<string> Create() => new("JOB") { Description = "The job's id, as shown by `wrn jobs list`." };
}
