using System.Reflection;
using System.Text.Json;
using System.Xml;
using WrnCloud.Functions.Batches;
using WrnCloud.Messaging;

namespace WrnCloud.Architecture;

/// <summary>Configuration that code relies on says what the code believes.</summary>
public sealed class ConfigurationTests
{
    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static JsonElement Host => Parse("src/Functions/host.json");

    private static IReadOnlyList<JsonElement> Queues =>
    [
        .. Parse("src/LocalCloud/Broker/Config.json")
            .GetProperty("UserConfig").GetProperty("Namespaces").EnumerateArray().Single()
            .GetProperty(nameof(Queues)).EnumerateArray(),
    ];

    [Fact]
    public void BrokerQueues_AreTheCodesQueues()
    {
        var names = Queues.Select(q => q.GetProperty("Name").GetString()!).Order(StringComparer.Ordinal);
        Assert.Equal([QueueNames.BatchEvents, QueueNames.TrainingJobs], names);
    }

    [Fact]
    public void BrokerQueues_LockAsLongAsServiceBusAllowsAndDropDuplicates()
    {
        foreach (var properties in Queues.Select(q => q.GetProperty("Properties")))
        {
            Assert.Equal(MessagingLimits.MaxLockDuration, XmlConvert.ToTimeSpan(properties.GetProperty("LockDuration").GetString()!));
            Assert.True(properties.GetProperty("RequiresDuplicateDetection").GetBoolean());
            Assert.True(properties.GetProperty("DeadLetteringOnMessageExpiration").GetBoolean());
        }
    }

    [Fact]
    public void Host_RenewsLocksForAtLeastAsLongAsAFunctionMayRun()
    {
        var bus = Host.GetProperty("extensions").GetProperty("serviceBus");

        Assert.True(Time(bus, "maxAutoLockRenewalDuration") >= Time(Host, "functionTimeout"));
        Assert.Equal(1, bus.GetProperty("maxConcurrentCalls").GetInt32());
        Assert.Equal(0, bus.GetProperty("prefetchCount").GetInt32());
        Assert.True(bus.GetProperty("autoCompleteMessages").GetBoolean());
    }

    [Fact]
    public void Host_LetsABatchHandOverBeforeItsTimeIsUp()
    {
        var perMessage = (TimeSpan)typeof(ProcessBatch).GetField("TimePerMessage", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;

        Assert.True(perMessage < Time(Host, "functionTimeout"));
    }

    [Fact]
    public void Host_LogsNoUrlsOfRequests()
    {
        var levels = Host.GetProperty("logging").GetProperty("logLevel");

        Assert.All((string[])["Microsoft.AspNetCore", "Azure"], category => Assert.Equal("Warning", levels.GetProperty(category).GetString()));
    }

    [Fact]
    public void Host_RoutesBelowApi() =>
        Assert.Equal("api", Host.GetProperty("extensions").GetProperty("http").GetProperty("routePrefix").GetString());

    [Fact]
    public void LockFiles_NameNoRegistry()
    {
        var files = Repository.Files("", "package-lock.json").Concat(Repository.Files("", "packages*.lock.json")).ToList();

        Assert.NotEmpty(files);
        Assert.Empty(files.Where(f => Repository.Read(f).Split('\n').Any(NamesHost)).ToList());
    }

    [Fact]
    public void Sources_NameNoRegistry()
    {
        string[] hosts = ["registry." + "npmjs.org", "api." + "nuget.org", "pkgs." + "dev.azure.com"];

        Assert.Empty(Sources.All.Concat(Repository.Files("src", "*.mjs")).Concat(Repository.Files("", "*.csproj"))
            .Where(f => hosts.Any(h => Repository.Read(f).Contains(h, StringComparison.OrdinalIgnoreCase))).ToList());
    }

    // Where a package comes from would stand under "resolved" or "source"; its licence and its page for donations are no such places.
    private static bool NamesHost(string line) => line.Contains("://", StringComparison.Ordinal) && Key(line) is not ("url" or "license");

    private static string Key(string line) => line.Split('"') is { Length: > 1 } parts ? parts[1] : "";

    private static JsonElement Parse(string file)
    {
        using var document = JsonDocument.Parse(Repository.Read(file), WithComments);
        return document.RootElement.Clone();
    }

    private static TimeSpan Time(JsonElement element, string name) => TimeSpan.Parse(element.GetProperty(name).GetString()!);
}
