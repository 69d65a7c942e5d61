using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WrnCloud.Infra;

/// <summary>The workflows run what they name, and the update bot knows all that they and the images are made of.</summary>
public sealed partial class WorkflowTests
{
    // Earlier majors run on a Node that the runners give up.
    private static readonly Dictionary<string, Version> Least = new(StringComparer.OrdinalIgnoreCase)
    {
        ["actions/checkout"] = new(5, 0),
        ["actions/setup-dotnet"] = new(5, 0),
        ["actions/setup-node"] = new(6, 0),
        ["actions/upload-artifact"] = new(6, 0),
        ["azure/setup-azd"] = new(2, 4),
        ["azure/login"] = new(3, 0),
    };

    public static TheoryData<string> Files => [.. Repository.Files(".github/workflows", "*.yml")];

    [Theory]
    [MemberData(nameof(Files))]
    public void Actions_AreNamedByCommitAndNewEnough(string file)
    {
        var lines = Repository.Read(file).Split('\n').Where(l => l.Contains("uses:", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(lines);
        Assert.All(lines, line =>
        {
            var action = Action().Match(line);
            Assert.True(action.Success, $"{line.Trim()} has to name a commit, and its version after it.");
            Assert.True(Version.Parse(action.Groups["version"].Value) >= Least[action.Groups["name"].Value], line);
        });
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Tools_ReportNothingToTheirMakers(string file)
    {
        var text = Repository.Read(file);

        Assert.Contains("DOTNET_CLI_TELEMETRY_OPTOUT: 1", text, StringComparison.Ordinal);
        if (text.Contains("azd ", StringComparison.Ordinal)) Assert.Contains("AZURE_DEV_COLLECT_TELEMETRY: \"no\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Azd_IsPinned()
    {
        var steps = Yaml.Read(Repository.Read(".github/workflows/azure-dev.yml")).Single()["jobs"]!["deploy"]!["steps"]!.AsArray();
        var azd = steps.Single(s => ((string?)s!["uses"])?.StartsWith("Azure/setup-azd@", StringComparison.Ordinal) is true)!;

        Assert.Matches(@"^\d+\.\d+\.\d+$", (string?)azd["with"]!["version"]);
    }

    [Fact]
    public void UpdateBot_KnowsEveryPlaceThatPinsAVersion()
    {
        var updates = Yaml.Read(Repository.Read(".github/dependabot.yml")).Single()["updates"]!.AsArray();
        var known = updates.SelectMany(u => Places(u!).Select(d => ((string)u!["package-ecosystem"]!, d))).ToHashSet();
        HashSet<(string, string)> needed =
        [
            ("nuget", "/"), ("dotnet-sdk", "/"), ("github-actions", "/"), ("devcontainers", "/"),
            .. Folders("package.json").Select(f => ("npm", f)),
            .. Folders("*Dockerfile").Select(f => ("docker", f)),
            .. Folders("compose.yaml").Select(f => ("docker-compose", f)),
        ];

        Assert.Equal(needed.Order(), known.Order());
    }

    private static IEnumerable<string> Places(JsonNode update) =>
        update["directories"] is JsonArray several ? several.Select(d => (string)d!) : [(string)update["directory"]!];

    private static IEnumerable<string> Folders(string pattern) =>
        Repository.Files(".", pattern).Select(f => $"/{Path.GetDirectoryName(f)!.Replace('\\', '/')}").Distinct();

    [GeneratedRegex(@"uses: (?<name>[\w-]+/[\w-]+)@[0-9a-f]{40} # v(?<version>\d+\.\d+\.\d+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Action();
}
