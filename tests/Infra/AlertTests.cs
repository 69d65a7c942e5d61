using WrnCloud.Infra.Support;

namespace WrnCloud.Infra;

/// <summary>Somebody hears of a failure.</summary>
public sealed class AlertTests
{
    public static TheoryData<string> Platforms => ["platform", "platform-private", "platform-cpu"];

    [Theory]
    [MemberData(nameof(Platforms))]
    public void Failures_AreMailedToTheOwners(string variant)
    {
        var platform = Snapshot.Read(variant);
        var mail = platform.Single("Microsoft.Insights/actionGroups");
        var metrics = platform.OfType("Microsoft.Insights/metricAlerts");

        Assert.NotEmpty(mail["properties"]!["armRoleReceivers"]!.AsArray());
        Assert.Equal(
            ["DeadletteredMessages", "requests/failed"],
            metrics.Select(a => (string)a["properties"]!["criteria"]!["allOf"]![0]!["metricName"]!).Order(StringComparer.Ordinal));
        Assert.All(metrics, a => Assert.Equal((string?)mail["id"], (string?)a["properties"]!["actions"]![0]!["actionGroupId"]));
        var cap = platform.Single("Microsoft.Insights/scheduledQueryRules")["properties"]!;
        Assert.Contains("OverQuota", (string?)cap["criteria"]!["allOf"]![0]!["query"], StringComparison.Ordinal);
        Assert.Equal((string?)mail["id"], (string?)cap["actions"]!["actionGroups"]![0]);
    }

    [Theory]
    [InlineData("platform-cpu", "Basic")]
    [InlineData("platform", "Standard")]
    [InlineData("platform-private", "Premium")]
    public void Registry_IsAsLargeAsTheImages(string variant, string tier) =>
        Assert.Equal(tier, (string?)Snapshot.Read(variant).Single("Microsoft.ContainerRegistry/registries")["sku"]!["name"]);
}
