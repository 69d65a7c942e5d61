using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WrnCloud.Hosting;
using WrnCloud.Storage;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Runtime;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>The trainer as a verifier: <c>--verify FOLDER</c> checks the artefacts in a folder and prints one line of JSON.</summary>
internal static class VerifyProcess
{
    /// <summary>The option, followed by the folder.</summary>
    public const string Option = "--verify";

    /// <summary>The exit code: 0 when every check holds, 1 when one does not, 2 when no folder is named.</summary>
    public static async Task<int> RunAsync(string[] args, IConfiguration configuration, CancellationToken cancellationToken)
    {
        var at = Array.IndexOf(args, Option) + 1;
        if (at >= args.Length || !Directory.Exists(args[at]))
        {
            await Console.Error.WriteLineAsync($"{Option} needs a folder that exists.");
            return 2;
        }

        var options = TrainerOptions.From(configuration, args);
        NativeRuntime.Prepare(options.Threads);
        await using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning))
            .AddWrnCloud(configuration)
            .AddTrainer(options)
            .BuildServiceProvider();
        var verifier = new ModelVerifier(HasStore(configuration) ? services.GetRequiredService<DatasetLoader>() : null, TimeProvider.System);
        var report = await verifier.CheckAsync(args[at], cancellationToken);
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(report, WrnJson.Compact));
        return report.Passed ? 0 : 1;
    }

    private static bool HasStore(IConfiguration configuration)
    {
        var storage = configuration.GetSection(StorageOptions.Section);
        return !string.IsNullOrEmpty(storage[nameof(StorageOptions.ConnectionString)])
            || !string.IsNullOrEmpty(storage[nameof(StorageOptions.BlobServiceUri)]);
    }
}
