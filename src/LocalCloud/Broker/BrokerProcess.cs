using System.Text.Json;
using Microsoft.Extensions.Logging;
using WrnCloud.LocalCloud.Broker.Access;

namespace WrnCloud.LocalCloud.Broker;

/// <summary>
/// The broker as a separate process. Its key comes from the environment (<c>WRN_BROKER_KEY</c>), never from the command line. Once it
/// listens, it prints one JSON line with the connection string and the admin address; it logs to standard error.
/// </summary>
internal static partial class BrokerProcess
{
    public const string KeyVariable = "WRN_BROKER_KEY";
    public const string KeyName = "RootManageSharedAccessKey";

    private const int Stopped = 0;
    private const int Failed = 1;
    private const int Misused = 2;

    /// <summary>Runs until cancelled. Returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        using var loggers = LoggerFactory.Create(b => b
            .SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddFilter("Microsoft.Hosting", LogLevel.Warning)
            .AddSimpleConsole(o => o.SingleLine = true)
            .AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace));
        var logger = loggers.CreateLogger("Broker");
        BrokerArguments arguments;
        BrokerOptions options;
        try
        {
            arguments = BrokerArguments.Parse(args);
            var key = Environment.GetEnvironmentVariable(KeyVariable);
            if (string.IsNullOrEmpty(key))
            {
                throw new FormatException($"{KeyVariable} is not set; it holds the broker's shared access key.");
            }

            var queues = BrokerConfig.Parse(await File.ReadAllTextAsync(arguments.ConfigFile, cancellationToken));
            var policy = new AccessPolicy(KeyName, key, AccessRights.All);
            options = new BrokerOptions(arguments.DataFolder, queues, [policy], arguments.Port, arguments.LockDuration);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{e.Message}\n{BrokerArguments.Usage}");
            return Misused;
        }

        try
        {
            return await ServeAsync(options, arguments.AdminPort, loggers, logger, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Stopped;
        }
        catch (Exception e)
        {
            LogFailure(logger, e);
            return Failed;
        }
    }

    private static async Task<int> ServeAsync(
        BrokerOptions options, int adminPort, ILoggerFactory loggers, ILogger logger, CancellationToken cancellationToken)
    {
        await using var broker = await BrokerServer.StartAsync(options, TimeProvider.System, logger);
        await using var admin = await BrokerAdmin.StartAsync(broker, options.Policies, adminPort, loggers, cancellationToken);
        var ready = new
        {
            ready = true,
            connectionString = broker.ConnectionString(options.Policies[0]),
            adminUrl = admin.Urls.First(),
        };
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(ready, PlainJson));
        await Console.Out.FlushAsync(cancellationToken);

        var cancelled = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        await await Task.WhenAny(broker.Ended, cancelled);
        return Stopped;
    }

    private static readonly JsonSerializerOptions PlainJson = new()
    {
        // People read the connection string too: no escapes for '+' and '='.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [LoggerMessage(133, LogLevel.Critical, "The broker failed.")]
    private static partial void LogFailure(ILogger logger, Exception exception);
}
