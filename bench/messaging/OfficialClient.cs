using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.MessagingBench;

/// <summary>The official JavaScript client, as its own process.</summary>
internal static class OfficialClient
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly Lazy<string?> Installed = new(Install);

    /// <summary>Where it is installed; null, and a sentence once, where it cannot be had.</summary>
    public static string? Folder() => Installed.Value;

    public static async Task<Rate> MeasureAsync(string folder, BrokerHost broker, string kind, int clients, double seconds, int bytes)
    {
        string[] arguments =
        [
            Path.Combine(folder, "bench.mjs"), broker.ConnectionString, Messaging.QueueNames.TrainingJobs, kind,
            $"{clients}", seconds.ToString(CultureInfo.InvariantCulture), $"{bytes}",
        ];
        using var node = Process.Start(new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        return node.ExitCode == 0
            ? JsonSerializer.Deserialize<Rate>(output, Json)!
            : throw new InvalidOperationException($"The official client ended with {node.ExitCode}.");
    }

    private static string? Install()
    {
        try
        {
            return NpmInstaller.EnsureAsync(
                "messaging-bench",
                Path.Combine(AppContext.BaseDirectory, "official"),
                ["bench.mjs"],
                Console.Error.WriteLine,
                TimeProvider.System,
                CancellationToken.None)
                .GetAwaiter().GetResult();
        }
        catch (InvalidOperationException e)
        {
            Console.Error.WriteLine($"Without the official client: {e.Message}");
            return null;
        }
    }
}
