using System.Text.Json.Nodes;
using WrnCloud.Infra.Support;

namespace WrnCloud.Infra;

/// <summary>What a deployment does in which order, as the compiled template says.</summary>
public sealed class OrderTests
{
    // Event Grid checks the topic's rights as the subscription is made, and rights take minutes to count.
    [Fact]
    public async Task Events_ComeAfterAllThatGivesTheirRightsTime()
    {
        var modules = (await CompileAsync())["resources"]!.AsObject();
        var before = modules["events"]!["dependsOn"]!.AsArray().Select(d => (string)d!).ToHashSet();
        var others = modules.Where(m => (string?)m.Value!["type"] == "Microsoft.Resources/deployments").Select(m => m.Key).ToHashSet();

        Assert.Superset(new HashSet<string> { "eventGrants", "functions", "environments", "registry", "busEndpoint", "registryEndpoint" }, before);
        Assert.Subset(Reachable(modules, "events"), others.Except(["events", "budget"]).ToHashSet());
    }

    [Fact]
    public async Task Budget_IsLeftOutWhenItIsNought()
    {
        var budget = (await CompileAsync())["resources"]!["budget"]!;

        Assert.Equal("[greater(parameters('monthlyBudget'), 0)]", (string?)budget["condition"]);
    }

    private static async Task<JsonNode> CompileAsync()
    {
        var (code, output) = await Bicep.RunAsync("build", "infra/main.bicep", "--stdout");
        Assert.True(code == 0, output);
        return JsonNode.Parse(output)!;
    }

    private static HashSet<string> Reachable(JsonObject modules, string from)
    {
        var (seen, next) = (new HashSet<string>(), new Stack<string>([from]));
        while (next.TryPop(out var name))
            foreach (var dependency in modules[name]?["dependsOn"]?.AsArray().Select(d => (string)d!) ?? [])
                if (seen.Add(dependency)) next.Push(dependency);
        return seen;
    }
}
