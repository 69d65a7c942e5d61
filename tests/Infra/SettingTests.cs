using System.Text.RegularExpressions;
using WrnCloud.Infra.Support;

namespace WrnCloud.Infra;

/// <summary>Every setting that the templates make is read, and every one that has to be made is.</summary>
public sealed partial class SettingTests
{
    // What keeps libraries from reporting to their makers.
    private static readonly string[] Quiet =
        ["ORT_DISABLE_TELEMETRY", "APPLICATIONINSIGHTS_STATSBEAT_DISABLED", "APPLICATIONINSIGHTS_SDKSTATS_DISABLED"];

    // Read by the platform and by libraries, not by this code.
    private static readonly HashSet<string> Platforms =
    [
        "AzureWebJobsStorage__blobServiceUri", "AzureWebJobsStorage__credential", "AzureWebJobsStorage__clientId",
        "ServiceBus__credential", "ServiceBus__clientId", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "AzureWebJobsDisableHomepage",
        "Trainer__RequireGpu",
        .. Quiet,
    ];

    // Have a default, or belong to one machine.
    private static readonly HashSet<string> Optional =
    [
        "Storage__ConnectionString", "Storage__TrySeconds", "Storage__TotalSeconds", "Storage__MaxRetries", "ServiceBus__ConnectionString",
        "Requests__StoreTrySeconds", "Requests__StoreSeconds", "Requests__SendSeconds", "Requests__HealthSeconds",
        "Scoring__ModelMegabytes", "Scoring__DecodeMegabytes", "Scoring__WaitSeconds", "Batches__LeaseSeconds",
        "Trainer__ReceiveWaitSeconds", "Trainer__Threads", "Trainer__RenewSeconds", "Trainer__ReportSeconds",
        "Trainer__WatchSeconds", "Trainer__CheckpointSeconds", "Trainer__CacheFolder",
        "Trainer__CacheGiB", "Trainer__MemoryGiB", "Trainer__Precision",
        "Trainer__RequireGpu", "AZURE_FEDERATED_TOKEN_FILE",
    ];

    private static IReadOnlyList<string> Functions =>
        Names(Snapshot.Read("platform").Single("Microsoft.Web/sites")["properties"]!["siteConfig"]!["appSettings"]!);

    private static IReadOnlyList<string> Trainer =>
        Names(Snapshot.Read("trainer").Single("Microsoft.App/jobs")["properties"]!["template"]!["containers"]![0]!["env"]!);

    [Fact]
    public void Functions_HaveWhatIsReadAndNothingElse() => Check(Functions.Except(Platforms), Read("src/Shared", "src/Functions"));

    [Fact]
    public void Trainer_HasWhatIsReadAndNothingElse() => Check(Trainer.Except(Platforms), Read("src/Shared", "src/TrainerJob"));

    [Fact]
    public void Libraries_AreToldNotToReport()
    {
        Assert.Superset(Quiet.ToHashSet(), Functions.ToHashSet());
        Assert.Superset(Quiet.ToHashSet(), Trainer.ToHashSet());
        foreach (var file in Repository.Files("src", "Dockerfile")) Assert.Equal("1", Dockerfile.Of(file).Environment["ORT_DISABLE_TELEMETRY"]);
        var job = Yaml.Read(Repository.Read("infra/kubernetes/trainer.yaml")).Single(d => (string?)d["kind"] == "ScaledJob");
        var pod = job["spec"]!["jobTargetRef"]!["template"]!["spec"]!;
        Assert.Superset(Quiet.ToHashSet(), Names(pod["containers"]![0]!["env"]!).ToHashSet());
    }

    [Theory]
    [InlineData("trainer", "true")]
    [InlineData("trainer-cpu", "false")]
    public void Trainer_TakesAGpuWhereOneIsPaidFor(string variant, string required)
    {
        var settings = Snapshot.Read(variant).Single("Microsoft.App/jobs")["properties"]!["template"]!["containers"]![0]!["env"]!.AsArray();

        Assert.Equal(required, (string?)settings.Single(s => (string?)s!["name"] == "Trainer__RequireGpu")!["value"]);
    }

    [Theory]
    [InlineData("platform", "16")]
    [InlineData("platform-cpu", "8")]
    public void Functions_KnowTheTrainersMemory(string variant, string gibibytes)
    {
        var settings = Snapshot.Read(variant).Single("Microsoft.Web/sites")["properties"]!["siteConfig"]!["appSettings"]!;

        Assert.Equal(gibibytes, Value(settings, "Trainer__MemoryGiB"));
    }

    [Fact]
    public void Trainer_WithoutAGpu_TakesTheContainersMemory()
    {
        var container = Snapshot.Read("trainer-cpu").Single("Microsoft.App/jobs")["properties"]!["template"]!["containers"]![0]!;

        Assert.Equal((string)container["resources"]!["memory"]!, Value(container["env"]!, "Trainer__MemoryGiB") + "Gi");
        Assert.DoesNotContain("Trainer__MemoryGiB", Trainer);
    }

    [Fact]
    public void Functions_DecodeNoMoreAtOnceThanFits()
    {
        const int PictureMb = 160;
        var scale = Snapshot.Read("platform").Single("Microsoft.Web/sites")["properties"]!["functionAppConfig"]!["scaleAndConcurrency"]!;

        Assert.InRange(PictureMb * (int)scale["triggers"]!["http"]!["perInstanceConcurrency"]!, PictureMb, (int)scale["instanceMemoryMB"]! / 2);
    }

    [Fact]
    public void Functions_LeaveToFlexWhatIsItsOwn() =>
        Assert.DoesNotContain(Functions, n => n is "FUNCTIONS_WORKER_RUNTIME" or "WEBSITE_RUN_FROM_PACKAGE" or "AzureWebJobsStorage");

    [Fact]
    public void Workflow_DeploysWithTheSameSettingsAsAPerson()
    {
        var settings = Repository.Files("infra", "*.parameters.json")
            .SelectMany(f => Substitution().Matches(Repository.Read(f))).Select(m => m.Groups["name"].Value)
            .Where(n => n != "WRN_RESOURCE_TOKEN").Append("WRN_SMOKE_TRAIN").Distinct().Order(StringComparer.Ordinal).ToList();
        var variables = Yaml.Read(Repository.Read("azure.yaml")).Single()["pipeline"]!["variables"]!.AsArray().Select(v => (string)v!);
        var deploy = Yaml.Read(Repository.Read(".github/workflows/azure-dev.yml")).Single()["jobs"]!["deploy"]!;
        var workflow = deploy["env"]!.AsObject().Select(v => v.Key).Where(k => k.StartsWith("WRN_", StringComparison.Ordinal));

        Assert.Equal(settings, variables);
        Assert.Equal(settings, workflow);
    }

    [Fact]
    public void TrainerModule_TakesTextAlone() =>
        Assert.DoesNotMatch(@"(?m)^param \w+ (int|bool)", Repository.Read("infra/trainer.bicep"));

    private static void Check(IEnumerable<string> set, IReadOnlySet<string> read)
    {
        var made = set.ToHashSet();
        Assert.Empty(made.Except(read));
        Assert.Empty(read.Except(made).Except(Optional));
    }

    private static IReadOnlyList<string> Names(System.Text.Json.Nodes.JsonNode settings) => [.. settings.AsArray().Select(s => (string)s!["name"]!)];

    private static string? Value(System.Text.Json.Nodes.JsonNode settings, string name) =>
        (string?)settings.AsArray().Single(s => (string?)s!["name"] == name)!["value"];

    /// <summary>Keys of sections that the sources read, as environment variables, and variables that they read as such.</summary>
    private static HashSet<string> Read(params string[] folders)
    {
        var names = new HashSet<string>();
        foreach (var text in folders.SelectMany(f => Repository.Files(f, "*.cs")).Select(Repository.Read))
        {
            foreach (Match variable in Variable().Matches(text)) names.Add(variable.Groups["name"].Value);
            if (BoundSection().Match(text) is { Success: true } bound)
                foreach (Match key in BoundKey().Matches(text)) names.Add($"{bound.Groups["name"].Value}__{key.Groups["key"].Value}");
            if (SectionOf().Match(text) is not { Success: true } section) continue;
            var name = section.Groups["name"] is { Success: true } literal ? literal.Value : "Storage";
            foreach (Match key in KeyOf().Matches(text)) names.Add($"{name}__{key.Groups["key"].Value}");
        }

        return names;
    }

    [GeneratedRegex(@"\$\{(?<name>WRN_[A-Z_]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Substitution();

    [GeneratedRegex(
        @"GetEnvironmentVariable\(""(?<name>[A-Z_]+)""\)|builder\.Configuration\[""(?<name>[A-Z_]+)""\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"GetSection\((""(?<name>\w+)""|StorageOptions\.Section)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SectionOf();

    [GeneratedRegex(@"const string Section = ""(?<name>\w+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BoundSection();

    [GeneratedRegex(@"public [\w?]+ (?<key>\w+) \{ get; set; \}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BoundKey();

    [GeneratedRegex(@"(section|storage)\[""(?<key>\w+)""\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex KeyOf();
}
