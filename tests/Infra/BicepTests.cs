using WrnCloud.Infra.Support;

namespace WrnCloud.Infra;

/// <summary>The templates compile, and the linter finds nothing, not even what is worth a warning.</summary>
public sealed class BicepTests
{
    private static readonly string[] Roots = ["main", "trainer"];

    public static TheoryData<string> Modules => [.. Roots];

    [Theory]
    [MemberData(nameof(Modules))]
    public async Task Lint_FindsNothing(string module)
    {
        // What the file takes in is looked at too. The exit code is 0 on warnings, so nothing at all may be printed.
        Assert.Equal((0, ""), await Bicep.RunAsync("lint", $"infra/{module}.bicep"));
    }

    [Fact]
    public void Modules_AreAllInUse()
    {
        var files = Repository.Files("infra", "*.bicep");
        var named = string.Concat(files.Select(Repository.Read));

        Assert.All(
            files.Where(f => f.StartsWith("infra/modules/", StringComparison.Ordinal)),
            f => Assert.Contains($"{Path.GetFileName(f)}'", named, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public async Task Build_Succeeds(string module)
    {
        var (code, output) = await Bicep.RunAsync("build", $"infra/{module}.bicep", "--stdout");

        Assert.Equal(0, code);
        Assert.Contains("languageVersion", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("platform", false)]
    [InlineData("platform-private", false)]
    [InlineData("platform-cpu", false)]
    [InlineData("trainer", true)]
    [InlineData("trainer-cpu", true)]
    public async Task Snapshot_IsTheGoldenFile(string name, bool inGroup)
    {
        // After a change that is meant: WRN_UPDATE_GOLDEN=1 dotnet test tests/Infra, and read the difference.
        var mode = Environment.GetEnvironmentVariable("WRN_UPDATE_GOLDEN") == "1" ? "overwrite" : "validate";
        string[] group = inGroup ? ["--resource-group", "rg-golden"] : [];

        var (code, output) = await Bicep.RunAsync(
        [
            "snapshot", $"tests/Infra/Golden/{name}.bicepparam", "--mode", mode, "--subscription-id", "00000000-0000-0000-0000-000000000001",
            "--tenant-id", "00000000-0000-0000-0000-000000000002", "--location", "swedencentral", .. group,
        ]);

        Assert.True(code == 0, output);
    }
}
