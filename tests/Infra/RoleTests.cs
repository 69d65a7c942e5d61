using System.Text.RegularExpressions;
using WrnCloud.Infra.Support;
using WrnCloud.Messaging;
using WrnCloud.Storage;

namespace WrnCloud.Infra;

/// <summary>Every role that is given, and what it is given for: no more, no fewer.</summary>
public sealed partial class RoleTests
{
    private const string BlobOwner = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
    private const string BlobContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
    private const string BlobReader = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";
    private const string BlobDelegator = "db58b8e5-c6ad-4a2a-8342-4190687cbf4a";
    private const string BusOwner = "090c5cfd-751d-490a-894a-3ce6f1109419";
    private const string BusReceiver = "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0";
    private const string BusSender = "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39";
    private const string AcrPull = "7f951dda-4ed3-4680-a7ca-43fe172d538d";
    private const string QueueCounter = "the custom role that reads a queue's length";
    private const string MetricsPublisher = "3913510d-42f4-4e42-8a64-420c390055eb";

    // Who, on what, which role; and the call that needs it.
    private static readonly (string Component, string Scope, string Role, string Call)[] Needed =
    [
        ("functions", "sthost", BlobOwner, "the Functions host: keys, timers' leases, the code"),
        ("functions", "stdata", BlobDelegator, "WriteUrls.DelegationKeyAsync"),
        ("functions", Containers.Jobs, BlobContributor, "JobStore, CancelJob, ReapJobs"),
        ("functions", Containers.JobsActive, BlobContributor, "JobStore.CreateAsync, ListActiveAsync"),
        ("functions", Containers.Requests, BlobContributor, "IdempotencyStore"),
        ("functions", Containers.Models, BlobContributor, "ModelRegistry: aliases, deletion, reading"),
        ("functions", Containers.Datasets, BlobContributor, "GrantUpload: what an upload URL may do, its signer must be allowed to; DatasetCatalog"),
        ("functions", Containers.Weights, BlobContributor, "GrantUpload; WeightsCatalog: listing and deletion"),
        ("functions", Containers.BatchInput, BlobContributor, "GrantUpload; BatchInputs"),
        ("functions", Containers.BatchOutput, BlobContributor, "BatchOutputs, BatchParts"),
        ("functions", QueueNames.TrainingJobs, BusSender, "JobDispatcher"),
        ("functions", QueueNames.TrainingJobs, BusReceiver, "JobDispatcher's browsing; FailDeadLetteredJobs"),
        ("functions", QueueNames.BatchEvents, BusSender, "ProcessBatch's continuation, SweepBatches"),
        ("functions", QueueNames.BatchEvents, BusReceiver, "BatchFunctions"),
        ("functions", "sb", QueueCounter, "the queue triggers' scaling"),
        ("functions", "appi", MetricsPublisher, "telemetry of host and worker"),
        ("trainer", Containers.Jobs, BlobContributor, "JobClaim, CheckpointStore, MetricsFile"),
        ("trainer", Containers.JobsActive, BlobContributor, "JobStore: removed after the terminal state"),
        ("trainer", Containers.Models, BlobContributor, "ModelPublisher, InitialWeights"),
        ("trainer", Containers.Datasets, BlobReader, "DatasetCache"),
        ("trainer", Containers.Weights, BlobContributor, "WeightsImporter, InitialWeights"),
        ("trainer", QueueNames.TrainingJobs, BusReceiver, "TrainerWorker"),
        ("trainer", QueueNames.TrainingJobs, BusSender, "JobDispatcher: the next dispatch after an interruption"),
        ("trainer", "appi", MetricsPublisher, "TrainerServices.AddTrainerTracing"),
        ("scaler", QueueNames.TrainingJobs, BusOwner, "KEDA's count of active messages"),
        ("scaler", "cr", AcrPull, "pulling the trainer's image"),
        ("topic", QueueNames.BatchEvents, BusSender, "Event Grid's delivery"),
        ("topic", "undelivered-events", BlobContributor, "Event Grid's dead letters"),
    ];

    [Theory]
    [InlineData("platform")]
    [InlineData("platform-private")]
    [InlineData("platform-cpu")]
    public void Assignments_AreWhatIsNeededAndNoMore(string variant)
    {
        var platform = Snapshot.Read(variant);
        var counter = (string)platform.Single("Microsoft.Authorization/roleDefinitions")["name"]!;
        var assigned = platform.OfType("Microsoft.Authorization/roleAssignments").Select(a => (
            Component((string)a["properties"]!["principalId"]!),
            Scope(On().Match((string)a["id"]!).Groups["scope"].Value.Split('/')[^1]),
            ((string)a["properties"]!["roleDefinitionId"]!).Split('/')[^1] is var role && role == counter ? QueueCounter : role));

        Assert.Equal(Needed.Select(n => (n.Component, n.Scope, n.Role)).Order(), assigned.Order());
    }

    [Fact]
    public void CustomRole_ReadsQueuesAndNothingElse()
    {
        var role = Snapshot.Read("platform").Single("Microsoft.Authorization/roleDefinitions")["properties"]!;
        var permission = Assert.Single(role["permissions"]!.AsArray())!;

        Assert.Equal(["Microsoft.ServiceBus/namespaces/queues/read"], permission["actions"]!.AsArray().Select(a => (string)a!));
        Assert.Empty(permission["dataActions"]!.AsArray());
    }

    // An assignment can't be given another principal: an identity that was deleted and made again takes one of another name.
    [Theory]
    [InlineData("platform")]
    [InlineData("platform-private")]
    public void Assignments_HaveTheirPrincipalInTheirName(string variant) => Assert.All(
        Snapshot.Read(variant).OfType("Microsoft.Authorization/roleAssignments"),
        a => Assert.Contains(((string)a["properties"]!["principalId"]!)[1..^1], (string)a["name"]!, StringComparison.Ordinal));

    [Fact]
    public void Assignments_NameTheTypeOfTheirPrincipal() => Assert.All(
        Snapshot.Read("platform").OfType("Microsoft.Authorization/roleAssignments"),
        a => Assert.Equal("ServicePrincipal", (string?)a["properties"]!["principalType"]));

    [Fact]
    public void Roles_AreOfTheDataPlane()
    {
        // Owner, Contributor, User Access Administrator, Role Based Access Control Administrator.
        string[] wide =
        [
            "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "b24988ac-6180-42a0-ab88-20f7382dd24c", "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
            "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
        ];

        foreach (var variant in (string[])["platform", "platform-private", "platform-cpu"])
            Assert.All(
                Snapshot.Read(variant).OfType("Microsoft.Authorization/roleAssignments"),
                a => Assert.DoesNotContain(wide, ((string)a["properties"]!["roleDefinitionId"]!).EndsWith));
    }

    // A resource's name without the token at its end; containers and queues have their own.
    private static string Scope(string name) => Token().Replace(name, "") is { Length: > 0 } kind ? kind : name;

    // The module's output of an identity, or the topic's own.
    private static string Component(string principal) =>
        (Principal().Match(principal) is { Success: true } identity ? identity : Own().Match(principal)).Groups["component"].Value;

    [GeneratedRegex(@"outputs\.(?<component>\w+)\.value\.principalId", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Principal();

    [GeneratedRegex(@"format\('(?<component>\w+)-\{0\}'.*\.outputs\.principalId\.value", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Own();

    [GeneratedRegex(@"extensionResourceId\('(?<scope>[^']+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex On();

    [GeneratedRegex(@"-?[a-z0-9]{13}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();
}
