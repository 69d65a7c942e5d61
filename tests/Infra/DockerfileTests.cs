using System.Text.RegularExpressions;

namespace WrnCloud.Infra;

/// <summary>Rules for the images; the linters for Dockerfiles are programs that NuGet does not have.</summary>
public sealed partial class DockerfileTests
{
    private const string Natives = "src/TrainerJob/natives.Dockerfile";
    private const string Trainer = "src/TrainerJob/Dockerfile";

    // Earlier ones have vulnerabilities that were published.
    private static readonly Version LeastRuntime = new(10, 0, 13);

    public static TheoryData<string> Files => [.. Repository.Files("src", "*Dockerfile")];

    public static TheoryData<string> Programs => [.. Repository.Files("src", "Dockerfile")];

    [Theory]
    [MemberData(nameof(Files))]
    public void Bases_AreNamedExactly(string file)
    {
        var lines = Dockerfile.Of(file).Instructions;
        var bases = lines.Where(l => l.StartsWith("FROM ", StringComparison.Ordinal)).Select(l => l.Split(' ')[1].Trim('$', '{', '}')).ToList();

        Assert.Equal(2, bases.Count);
        Assert.Matches(Digest(), Assert.Single(lines, l => l.StartsWith($"ARG {bases[0]}=", StringComparison.Ordinal)));
        if (bases[1] == "NATIVES")
        {
            // It is given, by the hook or by compose, and has no default that could be stale.
            Assert.Contains("ARG NATIVES", lines);
            return;
        }

        var runtime = PatchVersion().Match(Assert.Single(lines, l => l.StartsWith($"ARG {bases[1]}=", StringComparison.Ordinal)));
        Assert.True(runtime.Success, "The runtime's tag has to name its patch version.");
        Assert.True(Version.Parse(runtime.Groups["version"].Value) >= LeastRuntime, runtime.Value);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Builds_ReportNothingToTheirMakers(string file)
    {
        var instructions = Dockerfile.Of(file).Instructions.ToList();

        var told = instructions.FindIndex(i => i.Contains("DOTNET_CLI_TELEMETRY_OPTOUT=1", StringComparison.Ordinal));
        Assert.InRange(told, 0, instructions.FindIndex(i => i.StartsWith("RUN ", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Process_IsNobodySpecialAndHearsSignals(string file)
    {
        var last = Dockerfile.Of(file).LastStage.ToList();

        Assert.Contains("USER $APP_UID", last);
        Assert.Single(last, l => l.StartsWith("ENTRYPOINT [\"dotnet\", \"WrnCloud.", StringComparison.Ordinal));
        Assert.DoesNotContain(last, l => l.StartsWith("CMD ", StringComparison.Ordinal));
        Assert.True(last.IndexOf("USER $APP_UID") < last.FindIndex(l => l.StartsWith("ENTRYPOINT", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Image_IsLabelledAndHoldsNoSecret(string file)
    {
        var text = Repository.Read(file);

        Assert.Contains("org.opencontainers.image.title", text, StringComparison.Ordinal);
        Assert.Contains("org.opencontainers.image.licenses", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(Secret(), text);
        Assert.DoesNotContain("ADD ", text, StringComparison.Ordinal);
        Assert.DoesNotContain(":latest", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Copies_AreOfWhatIsThere(string file)
    {
        var ignored = Repository.Read(".dockerignore");

        var copies = Dockerfile.Of(file).Instructions
            .Where(l => l.StartsWith("COPY ", StringComparison.Ordinal) && !l.Contains("--from", StringComparison.Ordinal));
        foreach (var source in copies.SelectMany(l => l.Split(' ')[1..^1]))
        {
            var (folder, name) = (Path.Combine(Repository.Root, Path.GetDirectoryName(source)!), Path.GetFileName(source));
            Assert.True(name.Length == 0 ? Directory.Exists(folder) : Directory.EnumerateFileSystemEntries(folder, name).Any(), source);
            Assert.Contains($"!{source.Split('/')[0]}", ignored, StringComparison.Ordinal);
        }
    }

    // Publishing writes the image's bill of materials with a tool that is pinned there.
    [Theory]
    [MemberData(nameof(Files))]
    public void Build_HasTheToolThatListsThePackages(string file)
    {
        var instructions = Dockerfile.Of(file).Instructions.ToList();

        Assert.InRange(instructions.IndexOf("COPY .config/ .config/"), 0, instructions.FindIndex(IsPublish));
    }

    // libtorch with CUDA is 6 GB: fetched for the natives alone, which change with its version and not with the code.
    [Fact]
    public void Trainer_IsBuiltWithoutLibtorchOnTopOfIt()
    {
        var trainer = Dockerfile.Of(Trainer);

        Assert.Contains(" -p:Torch=none ", trainer.Instructions.Single(IsPublish), StringComparison.Ordinal);
        Assert.DoesNotContain("COPY src/", Repository.Read(Natives), StringComparison.Ordinal);
        Assert.Equal("COPY --from=build /app/ ./", Assert.Single(trainer.LastStage, l => l.StartsWith("COPY ", StringComparison.Ordinal)));
    }

    // A layer's digest has its files' times in it: with those of the build it would be pushed and pulled again each time.
    [Fact]
    public void Natives_HaveTimesThatDoNotChange() =>
        Assert.EndsWith("touch --no-dereference --date=@0 {} +", Dockerfile.Of(Natives).Instructions.Single(IsPublish), StringComparison.Ordinal);

    // The Skia that comes without dependencies finds no font by itself, and a base image has none.
    [Fact]
    public void Natives_HaveWhatTheTrainerLoads() => Assert.All(
        (string[])["libgomp1", "fonts-dejavu-core"],
        package => Assert.Contains(Dockerfile.Of(Natives).LastStage, l => l.Contains($" {package}", StringComparison.Ordinal)));

    [Fact]
    public void AptPackages_AreInstalledLeanAndCleanedUpInOneLayer() => Assert.All(
        Repository.Files("src", "*Dockerfile").SelectMany(f => Dockerfile.Of(f).Instructions)
            .Where(l => l.Contains("apt-get install", StringComparison.Ordinal)),
        l => Assert.Matches(@"apt-get update.*--no-install-recommends.*rm -rf /var/lib/apt/lists", l));

    private static bool IsPublish(string instruction) => instruction.Contains("dotnet publish", StringComparison.Ordinal);

    [GeneratedRegex(@"@sha256:[0-9a-f]{64}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Digest();

    [GeneratedRegex(@":(?<version>\d+\.\d+\.\d+)-noble(@sha256:[0-9a-f]{64})?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PatchVersion();

    [GeneratedRegex(@"(PASSWORD|SECRET|TOKEN|ACCOUNTKEY|ConnectionString)\s*=", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Secret();
}
