using System.Diagnostics;
using System.Text.Json.Nodes;

namespace WrnCloud.Infra;

/// <summary>What is published says what it consists of.</summary>
[Trait("Category", "Slow")]
public sealed class BillOfMaterialsTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("wrn-bill-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Publish_OfAProgram_ListsEveryPackageWithVersionLicenceAndHash()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        string[] arguments =
            ["publish", "src/LocalCloud", "--no-build", "-c", configuration, "-p:PublishForAzure=false", "-nodeReuse:false", "--output", _folder];
        var publish = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = Repository.Root,
        };
        var (code, output, error) = await ProgramRun.ToEndAsync(publish, Limit, TestContext.Current.CancellationToken);
        Assert.True(code == 0, output + error);

        var bill = Read("sbom.cdx.json");
        var listed = bill["components"]!.AsArray().ToDictionary(c => $"{c!["name"]}/{c["version"]}", c => c!, StringComparer.OrdinalIgnoreCase);
        var shipped = Read("WrnCloud.LocalCloud.deps.json")["libraries"]!.AsObject()
            .Where(l => (string?)l.Value!["type"] == "package")
            .Select(l => l.Key).ToList();
        Assert.NotEmpty(shipped);
        Assert.All(shipped, package =>
        {
            var entry = Assert.Contains(package, listed);
            Assert.Equal("SHA-512", (string?)entry["hashes"]![0]!["alg"]);
            Assert.NotEmpty(entry["licenses"]!.AsArray());
        });
        Assert.Equal(("CycloneDX", "WrnCloud.LocalCloud"), ((string?)bill["bomFormat"], (string?)bill["metadata"]!["component"]!["name"]));
    }

    private JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, file)))!;
}
