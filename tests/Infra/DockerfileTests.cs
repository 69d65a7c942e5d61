using System.Text.RegularExpressions;

namespace WrnCloud.Infra;

/// <summary>Rules for the images; the linters for Dockerfiles are programs that NuGet does not have.</summary>
public sealed partial class DockerfileTests
{
    public static TheoryData<string> Files => [.. Repository.Files("src", "Dockerfile")];

    [Theory]
    [MemberData(nameof(Files))]
    public void Bases_AreNamedByDigest(string file)
    {
        var lines = Dockerfile.Of(file).Instructions;
        var bases = lines.Where(l => l.StartsWith("FROM ", StringComparison.Ordinal)).Select(l => l.Split(' ')[1]).ToList();

        Assert.Equal(2, bases.Count);
        Assert.All(bases, b =>
        {
            var argument = Assert.Single(lines, l => l.StartsWith($"ARG {b.Trim('$', '{', '}')}=", StringComparison.Ordinal));
            Assert.Matches(Digest(), argument);
        });
    }

    [Theory]
    [MemberData(nameof(Files))]
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

        foreach (var source in Dockerfile.Of(file).Instructions.Where(l => l.StartsWith("COPY ", StringComparison.Ordinal) && !l.Contains("--from", StringComparison.Ordinal)).SelectMany(l => l.Split(' ')[1..^1]))
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

        Assert.InRange(instructions.IndexOf("COPY .config/ .config/"), 0, instructions.FindIndex(i => i.Contains("dotnet publish", StringComparison.Ordinal)));
    }

    [Fact]
    public void Trainer_HasItsLibrariesInALayerBeforeItsCode()
    {
        var copies = Dockerfile.Of("src/TrainerJob/Dockerfile").Instructions.Where(l => l.StartsWith("COPY --from=build", StringComparison.Ordinal)).ToList();

        Assert.Equal(["COPY --from=build /natives/ ./", "COPY --from=build /app/ ./"], copies);
    }

    [Fact]
    public void AptPackages_AreInstalledLeanAndCleanedUpInOneLayer() => Assert.All(
        Repository.Files("src", "Dockerfile").SelectMany(f => Dockerfile.Of(f).Instructions).Where(l => l.Contains("apt-get install", StringComparison.Ordinal)),
        l => Assert.Matches(@"apt-get update.*--no-install-recommends.*rm -rf /var/lib/apt/lists", l));

    [GeneratedRegex(@"@sha256:[0-9a-f]{64}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Digest();

    [GeneratedRegex(@"(PASSWORD|SECRET|TOKEN|ACCOUNTKEY|ConnectionString)\s*=", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Secret();
}
