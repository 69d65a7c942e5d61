using WrnCloud.Infra.Support;

namespace WrnCloud.Infra;

/// <summary>The hook that has the registry build what the trainer's image stands on, run as a program.</summary>
public sealed class NativesTests : IDisposable
{
    private const string Registry = "crgolden.azurecr.io";
    private static readonly (string, string) There = ("AZURE_CONTAINER_REGISTRY_ENDPOINT", Registry);

    private readonly HookRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task NotThere_IsBuiltWithTimeEnoughFromWhatTheDockerfileTakes()
    {
        // What is not there is not shown; what is sent to be built is noted.
        _run.Script("az", """
            case "$2" in
                repository) exit 1 ;;
                build) for context; do :; done; (cd "$context" && find . -type f | sort) > "$folder/context" ;;
            esac
            """);

        var (code, output) = await _run.RunAsync("natives", There);

        Assert.True(code == 0, output);
        var image = Image();
        Assert.StartsWith($"{Registry}/wrncloud/natives:cuda-", image, StringComparison.Ordinal);
        var build = Assert.Single(_run.WhatAzWasAsked.Split('\n'), l => l.StartsWith("acr build ", StringComparison.Ordinal));
        Assert.Contains($"--registry crgolden --image {image[(Registry.Length + 1)..]} ", build, StringComparison.Ordinal);
        Assert.Contains("--timeout 7200 --build-arg ACCELERATOR=gpu-t4 ", build, StringComparison.Ordinal);

        // Everything that the Dockerfile copies is in the context, and no source of ours besides.
        var context = _run.File("context").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(f => f[2..]).ToList();
        var copied = Dockerfile.Of("src/TrainerJob/natives.Dockerfile").Instructions
            .Where(i => i.StartsWith("COPY ", StringComparison.Ordinal) && !i.Contains("--from", StringComparison.Ordinal))
            .SelectMany(i => i.Split(' ')[1..^1]);
        Assert.All(copied, c => Assert.Contains(context, f => c.EndsWith('/') ? f.StartsWith(c, StringComparison.Ordinal) : f == c));
        Assert.Equal(["src/TrainerJob/natives.Dockerfile"], context.Where(f => f.StartsWith("src/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task There_IsNotBuiltAgain()
    {
        var (code, output) = await _run.RunAsync("natives", There, ("WRN_ACCELERATOR", "cpu"));

        Assert.True(code == 0, output);
        Assert.StartsWith($"{Registry}/wrncloud/natives:cpu-", Image(), StringComparison.Ordinal);
        Assert.DoesNotContain("acr build", _run.WhatAzWasAsked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BuildThatFails_SaysWhatElseThereIs()
    {
        _run.Script("az", "exit 1");

        var (code, output) = await _run.RunAsync("natives", There);

        Assert.Equal(1, code);
        Assert.Contains("azd deploy trainer --from-package", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("WRN_NATIVES_IMAGE", "none")]
    [InlineData("WRN_USE_VNET", "true")]
    public async Task BuiltElsewhere_AsksTheRegistryNothing(string setting, string value)
    {
        var (code, output) = await _run.RunAsync("natives", There, (setting, value));

        Assert.True(code == 0, output);
        Assert.Equal("", _run.WhatAzWasAsked);
        Assert.Equal("", _run.WhatWasSet);
    }

    [Fact]
    public void Image_IsWhatTheTrainersIsBuiltOn()
    {
        var docker = Yaml.Read(Repository.Read("azure.yaml")).Single()["services"]!["trainer"]!["docker"]!;

        Assert.Equal(["NATIVES=${WRN_NATIVES_IMAGE}"], docker["buildArgs"]!.AsArray().Select(a => (string)a!));
        Assert.Contains("FROM ${NATIVES}", Dockerfile.Of("src/TrainerJob/Dockerfile").Instructions);
    }

    private string Image() => Assert.Single(_run.WhatWasSet.Split('\n', StringSplitOptions.RemoveEmptyEntries))["set WRN_NATIVES_IMAGE=".Length..];
}
