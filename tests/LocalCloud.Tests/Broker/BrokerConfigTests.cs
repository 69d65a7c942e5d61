using NJsonSchema;
using WrnCloud.LocalCloud.Broker;
using WrnCloud.LocalCloud.Broker.Queues;
using WrnCloud.Messaging;

namespace WrnCloud.LocalCloud.Tests.Broker;

public sealed class BrokerConfigTests
{
    [Fact]
    public void Parse_TheShippedFile_HasTheQueuesOfTheSystem()
    {
        var json = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Broker", "Config.json"));

        var queues = BrokerConfig.Parse(json);

        Assert.Equal([QueueNames.TrainingJobs, QueueNames.BatchEvents], queues.Select(q => q.Name));
        Assert.All(queues, queue =>
        {
            Assert.Equal(MessagingLimits.MaxLockDuration, queue.LockDuration);
            Assert.Equal(10, queue.MaxDeliveryCount);
            Assert.Equal(TimeSpan.FromMinutes(5), queue.DuplicateWindow);
            Assert.Null(queue.TimeToLive);
        });
    }

    [Fact]
    public async Task Shipped_File_FollowsTheEmulatorsSchema()
    {
        var schemas = Environment.GetEnvironmentVariable("WRN_SCHEMAS");
        Assert.SkipWhen(string.IsNullOrEmpty(schemas), "WRN_SCHEMAS names no folder with the emulator's Config-schema.json.");
        var schema = await JsonSchema.FromFileAsync(
            Path.Combine(schemas!, "servicebus-emulator", "Config-schema.json"), TestContext.Current.CancellationToken);

        var config = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "Broker", "Config.json"), TestContext.Current.CancellationToken);
        Assert.Empty(schema.Validate(config));
    }

    [Fact]
    public void Parse_QueueWithoutProperties_HasTheEmulatorsDefaults()
    {
        var queue = Assert.Single(BrokerConfig.Parse(Config("{ \"Name\": \"q\" } // a comment\n")));

        Assert.Equal(new QueueSettings("q", TimeSpan.FromMinutes(1), 3), queue);
    }

    [Theory]
    [InlineData("\"LockDuration\": \"PT6M\"", "PT6M")]
    [InlineData("\"LockDuration\": \"PT1S\"", "PT1S")]
    [InlineData("\"LockDuration\": \"soon\"", "soon")]
    [InlineData("\"MaxDeliveryCount\": 11", "11")]
    [InlineData("\"MaxDeliveryCount\": 0", "0")]
    [InlineData("\"DefaultMessageTimeToLive\": \"P1D\"", "P1D")]
    [InlineData("\"DuplicateDetectionHistoryTimeWindow\": \"PT10M\"", "PT10M")]
    [InlineData("\"RequiresSession\": true", "RequiresSession")]
    [InlineData("\"ForwardTo\": \"other\"", "ForwardTo")]
    public void Parse_ValueOutsideTheLimits_IsNamed(string property, string named)
    {
        var problem = Assert.Throws<FormatException>(
            () => BrokerConfig.Parse(Config($"{{ \"Name\": \"q\", \"Properties\": {{ {property} }} }}")));

        Assert.Contains(named, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{ \"UserConfig\": { \"Namespaces\": [] } }")]
    [InlineData("{ \"UserConfig\": 1 }")]
    public void Parse_NotSuchAFile_SaysSo(string json) => Assert.Throws<FormatException>(() => BrokerConfig.Parse(json));

    [Fact]
    public void Parse_SameNameTwice_IsRefused() =>
        Assert.Throws<FormatException>(() => BrokerConfig.Parse(Config("{ \"Name\": \"q\" }, { \"Name\": \"Q\" }")));

    private static string Config(string queues) =>
        $$"""{ "UserConfig": { "Namespaces": [ { "Name": "sbemulatorns", "Queues": [ {{queues}} ], "Topics": [] } ],"""
        + """ "Logging": { "Type": "Console" } } }""";
}
