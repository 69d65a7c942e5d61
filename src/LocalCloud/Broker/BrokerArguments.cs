using System.Globalization;
using System.Xml;

namespace WrnCloud.LocalCloud.Broker;

/// <summary>The broker's command line.</summary>
internal sealed record BrokerArguments(string DataFolder, string ConfigFile, int Port, int AdminPort, TimeSpan? LockDuration)
{
    public const string Usage =
        "broker --data <folder> [--config <file>] [--port <0-65535>] [--admin-port <0-65535>] "
        + "[--lock-duration <ISO 8601, such as PT2S>] [--parent-stdin]";

    /// <summary>Parses the arguments; throws <see cref="FormatException"/> with the problem.</summary>
    public static BrokerArguments Parse(IReadOnlyList<string> args)
    {
        string? data = null;
        var config = Path.Combine(AppContext.BaseDirectory, "Broker", "Config.json");
        var (port, adminPort) = (0, 0);
        TimeSpan? lockDuration = null;
        for (var i = 0; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "--data": data = Value(args, ref i); break;
                case "--config": config = Value(args, ref i); break;
                case "--lock-duration": lockDuration = XmlConvert.ToTimeSpan(Value(args, ref i)); break;
                case "--port": port = PortOf(args, ref i); break;
                case "--admin-port": adminPort = PortOf(args, ref i); break;
                default: throw new FormatException($"Unknown option '{args[i]}'.");
            }
        }

        return new BrokerArguments(data ?? throw new FormatException("--data is missing."), config, port, adminPort, lockDuration);
    }

    private static int PortOf(IReadOnlyList<string> args, ref int index)
    {
        var name = args[index];
        var text = Value(args, ref index);
        return ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"{name} is '{text}'; it must be 0 to 65535.");
    }

    private static string Value(IReadOnlyList<string> args, ref int index) =>
        ++index < args.Count ? args[index] : throw new FormatException($"{args[index - 1]} needs a value.");
}
