using System.Text.Json.Nodes;
using System.Xml;
using WrnCloud.Batches;
using WrnCloud.Functions.Training;
using WrnCloud.Infra.Support;
using WrnCloud.Messaging;
using WrnCloud.Storage;
using WrnCloud.Weights;

namespace WrnCloud.Infra;

/// <summary>Names and limits in the templates are the code's.</summary>
public sealed class QueueTests
{
    private static readonly Snapshot Platform = Snapshot.Read("platform");

    private static string Bus => (string)Platform.Single("Microsoft.ServiceBus/namespaces")["name"]!;

    private static JsonNode Emulator => JsonNode.Parse(Repository.Read("src/LocalCloud/Broker/Config.json"))!["UserConfig"]!["Namespaces"]![0]!;

    [Fact]
    public void Queues_AreTheCodes() => Assert.Equal(
        [QueueNames.BatchEvents, QueueNames.TrainingJobs],
        Platform.OfType("Microsoft.ServiceBus/namespaces/queues").Select(q => ((string)q["name"]!).Split('/')[^1]).Order(StringComparer.Ordinal));

    [Fact]
    public void Queues_LockCountAndDropDuplicatesAsTheLocalOnes()
    {
        foreach (var queue in Platform.OfType("Microsoft.ServiceBus/namespaces/queues"))
        {
            var cloud = queue["properties"]!;
            var name = ((string)queue["name"]!).Split('/')[^1];
            var local = Emulator["Queues"]!.AsArray().Single(q => (string)q!["Name"]! == name)!["Properties"]!;

            Assert.Equal(MessagingLimits.MaxLockDuration, XmlConvert.ToTimeSpan((string)cloud["lockDuration"]!));
            Assert.Equal((string?)local["LockDuration"], (string?)cloud["lockDuration"]);
            Assert.Equal((int)local["MaxDeliveryCount"]!, (int)cloud["maxDeliveryCount"]!);
            Assert.True((bool)cloud["requiresDuplicateDetection"]!);
            Assert.True((bool)cloud["deadLetteringOnMessageExpiration"]!);

            // The emulator's format ends at 5 min and 1 h; a cloud that did as well would lose messages.
            Assert.Equal(TimeSpan.FromMinutes(5), XmlConvert.ToTimeSpan((string)local["DuplicateDetectionHistoryTimeWindow"]!));
            Assert.True(XmlConvert.ToTimeSpan((string)cloud["duplicateDetectionHistoryTimeWindow"]!) >= TimeSpan.FromMinutes(10));
            Assert.Equal("PT1H", (string?)local["DefaultMessageTimeToLive"]);
            Assert.Null(cloud["defaultMessageTimeToLive"]);
            Assert.Null(cloud["autoDeleteOnIdle"]);
        }
    }

    [Fact]
    public void Containers_AreTheCodes() => Assert.Equal(
        Containers.All.Order(StringComparer.Ordinal),
        Platform.OfType("Microsoft.Storage/storageAccounts/blobServices/containers").Select(c => ((string)c["name"]!).Split('/'))
            .Where(n => n[0].StartsWith("stdata", StringComparison.Ordinal)).Select(n => n[^1]).Order(StringComparer.Ordinal));

    [Fact]
    public void Blobs_OfDataAreNotKeptWhenRewritten_ContainersAreWhenDeleted()
    {
        var blobs = Platform.Single("Microsoft.Storage/storageAccounts/blobServices", "stdata")["properties"]!;

        Assert.False((bool)blobs["deleteRetentionPolicy"]!["enabled"]!);
        Assert.True((bool)blobs["containerDeleteRetentionPolicy"]!["enabled"]!);
    }

    [Fact]
    public void Lifecycle_TouchesNothingOfJobsModelsAndDatasets()
    {
        var prefixes = Platform.Single("Microsoft.Storage/storageAccounts/managementPolicies", "stdata")["properties"]!["policy"]!["rules"]!.AsArray()
            .SelectMany(r => r!["definition"]!["filters"]!["prefixMatch"]!.AsArray()).Select(p => (string)p!);

        Assert.Equal(
            [$"{Containers.BatchInput}/", $"{Containers.Requests}/{IdempotencyStore.Folder}/", $"{Containers.Weights}/{WeightsCatalog.Uploads}/"],
            prefixes.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(prefixes, p => BatchNames.Ticket("0123456789abcdef01234567").ToString().StartsWith(p, StringComparison.Ordinal));
    }

    [Fact]
    public void Events_GoFromTheInputContainerToTheQueueAsCloudEvents()
    {
        var subscription = Platform.Single("Microsoft.EventGrid/systemTopics/eventSubscriptions")["properties"]!;

        Assert.Equal("CloudEventSchemaV1_0", (string?)subscription["eventDeliverySchema"]);
        Assert.Equal($"/blobServices/default/containers/{Containers.BatchInput}/blobs/", (string?)subscription["filter"]!["subjectBeginsWith"]);
        Assert.Equal("ServiceBusQueue", (string?)subscription["deliveryWithResourceIdentity"]!["destination"]!["endpointType"]);
        var lives = TimeSpan.FromMinutes((int)subscription["retryPolicy"]!["eventTimeToLiveInMinutes"]!);
        var queue = Platform.Single("Microsoft.ServiceBus/namespaces/queues", $"{Bus}/{QueueNames.BatchEvents}")["properties"]!;
        var remembers = XmlConvert.ToTimeSpan((string)queue["duplicateDetectionHistoryTimeWindow"]!);
        Assert.True(remembers >= lives, "A delivery that Event Grid repeats is worked on twice.");
        Assert.DoesNotContain("WebHook", Platform.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("trainer", "gpu-t4")]
    [InlineData("trainer-cpu", "Consumption")]
    public void Trainer_StartsOncePerMessageFromZeroAndLivesLongEnough(string variant, string profile)
    {
        var job = Snapshot.Read(variant).Single("Microsoft.App/jobs")["properties"]!;
        var scale = job["configuration"]!["eventTriggerConfig"]!["scale"]!;
        var rule = scale["rules"]![0]!;

        Assert.Equal(profile, (string?)job["workloadProfileName"]);
        Assert.Equal((0, 2), ((int)scale["minExecutions"]!, (int)scale["maxExecutions"]!));
        Assert.Equal("azure-servicebus", (string?)rule["type"]);
        Assert.Equal((QueueNames.TrainingJobs, "1"), ((string)rule["metadata"]!["queueName"]!, (string)rule["metadata"]!["messageCount"]!));
        Assert.NotNull(rule["identity"]);

        // KEDA wants the namespace's short name.
        Assert.DoesNotContain('.', (string)rule["metadata"]!["namespace"]!);
        Assert.True((int)job["configuration"]!["replicaRetryLimit"]! >= 1);
        Assert.True((int)job["configuration"]!["replicaTimeout"]! > 1800);
    }

    [Theory]
    [InlineData("platform", 2)]
    [InlineData("platform-cpu", 1)]
    public void Environment_HasTheChosenProfileAndNoWorkspaceKey(string variant, int profiles)
    {
        var environment = Snapshot.Read(variant).Single("Microsoft.App/managedEnvironments")["properties"]!;

        Assert.Equal(profiles, environment["workloadProfiles"]!.AsArray().Count);
        Assert.Equal("azure-monitor", (string?)environment["appLogsConfiguration"]!["destination"]);
        Assert.All(environment["workloadProfiles"]!.AsArray(), p => Assert.Null(p!["minimumCount"]));
    }
}
