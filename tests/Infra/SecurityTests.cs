using System.Text.RegularExpressions;
using WrnCloud.Infra.Support;

namespace WrnCloud.Infra;

/// <summary>No keys, nothing public that need not be, whatever the variant.</summary>
public sealed partial class SecurityTests
{
    public static TheoryData<string> Variants => ["platform", "platform-private", "platform-cpu", "trainer", "trainer-cpu"];

    public static TheoryData<string> Platforms => ["platform", "platform-private", "platform-cpu"];

    [Theory]
    [MemberData(nameof(Variants))]
    public void Nothing_AsksForAKey(string variant)
    {
        var text = Snapshot.Read(variant).Text;

        Assert.DoesNotMatch(Key(), text);
        Assert.DoesNotContain("\"secrets\"", text, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public void LocalAuthentication_IsOffEverywhere(string variant)
    {
        var platform = Snapshot.Read(variant);

        Assert.All(platform.OfType("Microsoft.Storage/storageAccounts"), account =>
        {
            Assert.False((bool)account["properties"]!["allowSharedKeyAccess"]!);
            Assert.False((bool)account["properties"]!["allowBlobPublicAccess"]!);
            Assert.Equal("TLS1_2", (string?)account["properties"]!["minimumTlsVersion"]);
        });
        Assert.True((bool)platform.Single("Microsoft.ServiceBus/namespaces")["properties"]!["disableLocalAuth"]!);
        Assert.True((bool)platform.Single("Microsoft.Insights/components")["properties"]!["DisableLocalAuth"]!);
        Assert.True((bool)platform.Single("Microsoft.OperationalInsights/workspaces")["properties"]!["features"]!["disableLocalAuth"]!);
        Assert.False((bool)platform.Single("Microsoft.ContainerRegistry/registries")["properties"]!["adminUserEnabled"]!);
        Assert.Equal(2, platform.OfType("Microsoft.Web/sites/basicPublishingCredentialsPolicies").Count(p => !(bool)p["properties"]!["allow"]!));
        Assert.True((bool)platform.Single("Microsoft.Web/sites")["properties"]!["httpsOnly"]!);
    }

    [Fact]
    public void Identities_AreOneAComponent()
    {
        var trainer = Snapshot.Read("trainer").Single("Microsoft.App/jobs");
        var lifecycles = trainer["properties"]!["configuration"]!["identitySettings"]!.AsArray().ToDictionary(
            s => ((string)s!["identity"]!).Split('/')[^1].Split('-')[1], s => (string)s!["lifecycle"]!);

        // Who may manage the queue never reaches the code that reads what strangers send.
        Assert.Equal(new Dictionary<string, string> { ["scaler"] = "None", ["trainer"] = "Main" }, lifecycles);
        Assert.Equal(3, Snapshot.Read("platform").OfType("Microsoft.ManagedIdentity/userAssignedIdentities").Count);
        Assert.Equal("SystemAssigned", (string?)Snapshot.Read("platform").Single("Microsoft.EventGrid/systemTopics")["identity"]!["type"]);
    }

    [Fact]
    public void PrivateVariant_LetsNobodyInFromOutside()
    {
        var platform = Snapshot.Read("platform-private");

        Assert.All(
            platform.OfType("Microsoft.Storage/storageAccounts"),
            a => Assert.Equal("Deny", (string?)a["properties"]!["networkAcls"]!["defaultAction"]));
        var bus = platform.Single("Microsoft.ServiceBus/namespaces/networkRuleSets")["properties"]!;
        Assert.Equal("Deny", (string?)bus["defaultAction"]);
        Assert.True((bool)bus["trustedServiceAccessEnabled"]!);
        Assert.Single(bus["virtualNetworkRules"]!.AsArray());
        Assert.Equal("Premium", (string?)platform.Single("Microsoft.ServiceBus/namespaces")["sku"]!["name"]);
        Assert.Equal("Premium", (string?)platform.Single("Microsoft.ContainerRegistry/registries")["sku"]!["name"]);
        Assert.Equal("Disabled", (string?)platform.Single("Microsoft.ContainerRegistry/registries")["properties"]!["publicNetworkAccess"]);
        Assert.Equal(4, platform.OfType("Microsoft.Network/privateEndpoints").Count);
        Assert.Equal(4, platform.OfType("Microsoft.Network/privateEndpoints/privateDnsZoneGroups").Count);
        Assert.NotNull(platform.Single("Microsoft.Web/sites")["properties"]!["virtualNetworkSubnetId"]);
        Assert.NotNull(platform.Single("Microsoft.App/managedEnvironments")["properties"]!["vnetConfiguration"]);
    }

    // Past a closed queue's or account's firewall Event Grid comes by its topic's own identity only.
    [Theory]
    [InlineData("platform")]
    [InlineData("platform-private")]
    public void Events_ComeByTheTopicsOwnIdentity(string variant)
    {
        var subscription = Snapshot.Read(variant).Single("Microsoft.EventGrid/systemTopics/eventSubscriptions")["properties"]!;

        Assert.Equal("SystemAssigned", (string?)subscription["deliveryWithResourceIdentity"]!["identity"]!["type"]);
        Assert.Equal("SystemAssigned", (string?)subscription["deadLetterWithResourceIdentity"]!["identity"]!["type"]);
    }

    [Fact]
    public void Outputs_HoldNoSecret()
    {
        foreach (var file in Repository.Files("infra", "*.bicep"))
            Assert.DoesNotMatch(SecretOutput(), Repository.Read(file));
    }

    [GeneratedRegex(
        "listKeys|list(Account|Service)Sas|AccountKey=|SharedAccessKey|DefaultEndpointsProtocol|primaryKey|"
        + @"connectionString""\s*:\s*""(?!\[reference)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Key();

    [GeneratedRegex(
        @"^output .*(key|secret|password|connectionstring)", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SecretOutput();
}
