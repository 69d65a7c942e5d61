using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace WrnCloud.EndToEnd.Support;

/// <summary>
/// A bare Debian in a folder with nothing but the packages that an image installs, the .NET runtime of this machine, and what the trainer's
/// Dockerfiles publish: a rehearsal of the container where there is none.
/// </summary>
internal sealed partial class BareRoot
{
    // Of the .NET base image: what the runtime itself links to.
    private const string OfTheBase = "ca-certificates,libstdc++6,libgcc-s1";
    private const string Natives = "src/TrainerJob/natives.Dockerfile";
    private const string Trainer = "src/TrainerJob/Dockerfile";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    private readonly string _folder;

    private BareRoot(string folder) => _folder = folder;

    private string Root => Path.Combine(_folder, "root");

    /// <summary>Makes it in a folder. Skips the test where that takes what this machine or this user hasn't got.</summary>
    public static async Task<BareRoot> MakeAsync(string folder, CancellationToken cancellationToken)
    {
        Assert.SkipUnless(File.Exists("/lib64/ld-linux-x86-64.so.2"), "The image is for linux-x64.");
        Assert.SkipUnless(Environment.UserName == "root", "Only root makes another root.");
        Assert.SkipUnless(File.Exists("/usr/sbin/debootstrap"), "debootstrap is not installed.");
        var bare = new BareRoot(folder);
        await bare.InstallAsync(cancellationToken);
        await bare.PublishAsync(cancellationToken);
        return bare;
    }

    /// <summary>
    /// Starts the image's entry point in it as the image's user, without a home, with the image's environment and <paramref name="settings"/>.
    /// Everything in it ends with the process that is returned.
    /// </summary>
    public Process Start(IReadOnlyDictionary<string, string> settings)
    {
        const string User = "1654:1654";
        var image = Dockerfile.Of(Trainer);
        var environment = image.Environment.Concat(settings).Append(KeyValuePair.Create("PATH", "/usr/share/dotnet:/usr/sbin:/usr/bin:/sbin:/bin"));
        // Namespaces of its own: /proc is gone again with them, and so is every process.
        var enter = $"mount -t proc proc '{Root}/proc' && exec chroot --userspec={User} '{Root}' /bin/sh -c 'cd /app && exec \"$@\"' sh \"$@\"";
        var start = new ProcessStartInfo("unshare", ["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", enter, "sh", .. image.Entrypoint])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private async Task InstallAsync(CancellationToken cancellationToken)
    {
        var installed = Dockerfile.Of(Natives).LastStage.Select(i => Installed().Match(i)).Single(m => m.Success);
        var packages = installed.Groups["packages"].Value.Trim().Replace(' ', ',');
        var release = File.ReadLines("/etc/os-release").Single(l => l.StartsWith("VERSION_CODENAME=", StringComparison.Ordinal)).Split('=')[1];
        string[] ask = ["indextargets", "--format", "$(REPO_URI) $(CODENAME)", "Created-By: Packages"];
        var mirrors = await RunAsync("apt-get", ask, cancellationToken);
        var mirror = mirrors.Split('\n').FirstOrDefault(m => m.EndsWith($" {release}", StringComparison.Ordinal))?.Split(' ')[0];
        Assert.SkipWhen(mirror is null, $"No source of packages of {release} is known to apt; `apt-get update` makes it known.");
        await RunAsync("debootstrap", ["--variant=minbase", $"--include={OfTheBase},{packages}", release, Root, mirror!], cancellationToken);
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        var copy = $"mkdir -p '{Root}/usr/share/dotnet/shared' && cp -r '{dotnet}/dotnet' '{dotnet}/host' '{Root}/usr/share/dotnet/' "
            + $"&& cp -r '{dotnet}/shared/Microsoft.NETCore.App' '{Root}/usr/share/dotnet/shared/'";
        await RunAsync("sh", ["-c", copy], cancellationToken);
    }

    // The images' own commands, with their folders moved: the natives first, the trainer over them.
    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        foreach (var (file, results) in ((string, string)[])[(Natives, "/natives"), (Trainer, "/app")])
        {
            var command = Dockerfile.Of(file).Instructions.Single(i => i.Contains("dotnet publish", StringComparison.Ordinal));
            var moved = Folders().Replace(command["RUN ".Length..], m => $"'{_folder}{m.Value}'");
            var laid = $"mkdir -p '{Root}/app' && cp -rp '{_folder}{results}/.' '{Root}/app/'";
            await RunAsync("sh", ["-c", $"export ACCELERATOR=cpu; {moved} && {laid}"], cancellationToken);
        }
    }

    private static async Task<string> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Repository.Root };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        var (code, output, error) = await ProgramRun.ToEndAsync(start, Limit, cancellationToken);
        Assert.True(code == 0, $"{program} ended with {code}:\n{output}{error}");
        return output;
    }

    [GeneratedRegex(@"apt-get install --yes --no-install-recommends(?<packages>( [a-z0-9.+-]+)+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Installed();

    [GeneratedRegex(@"(?<=[ =])/(publish|natives|app)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Folders();
}
