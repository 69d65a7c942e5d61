using System.Text.Json.Nodes;
using WrnCloud.Infra.Support;

namespace WrnCloud.Infra;

/// <summary>Files for other people's tools are what those tools' schemas allow.</summary>
public sealed class SchemaTests
{
    private const string Kubernetes = "infra/kubernetes/trainer.yaml";

    [Fact]
    public void AzureYaml_FitsItsSchema()
    {
        var schema = JsonNode.Parse(Schemas.Read("azure.yaml.schema.json"))!;
        Close(schema);

        Schemas.Check(schema, Yaml.Read(Repository.Read("azure.yaml")).Single());
    }

    [Fact]
    public void AzureYaml_NamesWhatIsThere()
    {
        var services = Yaml.Read(Repository.Read("azure.yaml")).Single()["services"]!.AsObject();

        foreach (var (_, service) in services)
        {
            // azd wants exactly one project in the folder.
            var folder = Path.Combine(Repository.Root, (string)service!["project"]!);
            Assert.Single(Directory.GetFiles(folder, "*.csproj"));
            if (service["docker"] is not { } docker) continue;
            Assert.True(File.Exists(Path.Combine(folder, (string)docker["path"]!)));
            Assert.Equal(Path.GetFullPath(Repository.Root), Path.GetFullPath(Path.Combine(folder, (string)docker["context"]!)));
            Assert.True(File.Exists(Path.Combine(Repository.Root, "infra", $"{service["module"]}.bicep")));
            Assert.True(File.Exists(Path.Combine(Repository.Root, "infra", $"{service["module"]}.parameters.json")));
        }
    }

    [Fact]
    public void AzureYaml_HasHooksInCSharpThatAreThere()
    {
        foreach (var (_, hook) in Yaml.Read(Repository.Read("azure.yaml")).Single()["hooks"]!.AsObject())
        {
            Assert.Equal("dotnet", (string?)hook!["kind"]);
            Assert.True(File.Exists(Path.Combine(Repository.Root, (string)hook["run"]!)));
        }
    }

    [Theory]
    [InlineData("compose.yaml")]
    [InlineData("compose.cpu.yaml")]
    [InlineData("src/LocalCloud/Broker/compose.yaml")]
    public void Compose_FitsItsSchema(string file)
    {
        var schema = Schemas.Read("compose-spec.schema.json")
            .Replace("https://json-schema.org/draft-07/schema", "http://json-schema.org/draft-07/schema#", StringComparison.Ordinal);

        Schemas.Check(JsonNode.Parse(schema)!, Yaml.Read(Repository.Read(file)).Single());
    }

    [Fact]
    public void Compose_PublishesOnLoopbackAndHoldsNoSecret()
    {
        var compose = Yaml.Read(Repository.Read("compose.yaml")).Single();
        var ports = compose["services"]!.AsObject().SelectMany(s => s.Value!["ports"]?.AsArray() ?? []).Select(p => (string)p!);

        Assert.All(ports, p => Assert.StartsWith("127.0.0.1:", p, StringComparison.Ordinal));
        Assert.DoesNotContain("AccountKey=E", Repository.Read("compose.yaml"), StringComparison.Ordinal);
    }

    // An image that moves is another one tomorrow; and the store's emulator reports to its makers unless it is told not to.
    [Theory]
    [InlineData("compose.yaml")]
    [InlineData("src/LocalCloud/Broker/compose.yaml")]
    public void Compose_PinsWhatItPullsAndKeepsItQuiet(string file)
    {
        var services = Yaml.Read(Repository.Read(file)).Single()["services"]!.AsObject();

        Assert.All(services.Select(s => (string?)s.Value!["image"]).OfType<string>(), i => Assert.Matches(@":\d[\w.-]+@sha256:[0-9a-f]{64}$", i));
        if (services["azurite"] is { } azurite) Assert.Contains("--disableTelemetry", azurite["command"]!.AsArray().Select(a => (string?)a));
    }

    [Theory]
    [InlineData("ScaledJob", "keda-crd/keda.sh_scaledjobs.yaml")]
    [InlineData("TriggerAuthentication", "keda-crd/keda.sh_triggerauthentications.yaml")]
    public void Kubernetes_FitsItsDefinition(string kind, string definition)
    {
        var schema = Yaml.Read(Schemas.Read(definition)).Single()["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!;
        Strict(schema);

        Schemas.Check(schema, Yaml.Read(Repository.Read(Kubernetes)).Single(d => (string?)d["kind"] == kind));
    }

    [Fact]
    public void Kubernetes_StartsTheSameTrainerUnderTheSameRules()
    {
        var job = Yaml.Read(Repository.Read(Kubernetes)).Single(d => (string?)d["kind"] == "ScaledJob")["spec"]!;
        var cloud = Snapshot.Read("trainer").Single("Microsoft.App/jobs")["properties"]!["configuration"]!;
        var rule = cloud["eventTriggerConfig"]!["scale"]!["rules"]![0]!;
        var trigger = job["triggers"]![0]!;

        Assert.Equal((string?)rule["type"], (string?)trigger["type"]);
        Assert.Equal((string?)rule["metadata"]!["queueName"], (string?)trigger["metadata"]!["queueName"]);
        Assert.Equal((string?)rule["metadata"]!["messageCount"], (string?)trigger["metadata"]!["messageCount"]);
        Assert.Equal((int)cloud["replicaTimeout"]!, (long)job["jobTargetRef"]!["activeDeadlineSeconds"]!);
        Assert.Equal("gradual", (string?)job["rollout"]!["strategy"]);
    }

    /// <summary>References to schemas elsewhere stand for anything.</summary>
    private static void Close(JsonNode? node)
    {
        if (node is JsonArray list) foreach (var item in list) Close(item);
        if (node is not JsonObject map) return;
        if ((string?)(map["$ref"] as JsonValue) is { } reference && reference.StartsWith("http", StringComparison.Ordinal)) map.Remove("$ref");
        map.Remove("$id");
        foreach (var (_, value) in map.ToList()) Close(value);
    }

    /// <summary>The cluster drops fields that a definition does not know; here they are mistakes.</summary>
    private static void Strict(JsonNode? node)
    {
        if (node is JsonArray list) foreach (var item in list) Strict(item);
        if (node is not JsonObject map) return;
        foreach (var (_, value) in map.ToList()) Strict(value);
        if (map["properties"] is not JsonObject { Count: > 0 } known || known.ContainsKey("apiVersion")) return;
        if ((string?)(map["type"] as JsonValue) == "object" && map["additionalProperties"] is null) map["additionalProperties"] = false;
    }
}
