using System.Diagnostics;
using System.Security.Cryptography;

namespace WrnCloud.LocalCloud.Processes;

/// <summary>
/// Installs what a lock file lists from npm, once for each lock file, into the user's cache folder. A script that changes needs no new install.
/// </summary>
internal static class NpmInstaller
{
    private static readonly TimeSpan LongestInstall = TimeSpan.FromMinutes(10);
    private static readonly string[] Manifest = ["package.json", "package-lock.json", ".npmrc"];

    /// <summary>Where everything is installed: <c>WRN_CACHE</c>, else a folder of the user's.</summary>
    public static string CacheFolder => Environment.GetEnvironmentVariable("WRN_CACHE") ?? Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "wrncloud");

    /// <summary>A folder with copies of the <paramref name="scripts"/> in <paramref name="source"/>, from which they find their packages.</summary>
    /// <param name="product">What it is called in sentences.</param>
    /// <param name="source">The folder with package.json, package-lock.json, .npmrc and the scripts.</param>
    /// <param name="scripts">File names.</param>
    /// <param name="onEvent">Hears of an install.</param>
    /// <param name="clock">For the wait for another install of the same.</param>
    /// <param name="cancellationToken">Ends npm too.</param>
    /// <exception cref="InvalidOperationException">Node or npm is missing, or npm failed; the sentence says what to do.</exception>
    public static async Task<string> EnsureAsync(
        string product,
        string source,
        IReadOnlyList<string> scripts,
        Action<string>? onEvent,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var cache = CacheFolder;
        var packages = Path.Combine(cache, $"{product.ToLowerInvariant()}-{HashOf(source, Manifest)}");

        // Node looks for packages in the folders above a script too.
        var target = Path.Combine(packages, HashOf(source, scripts));
        if (IsInstalled(target)) return target;
        Directory.CreateDirectory(cache);
        await using var exclusive = await LockAsync(product, packages + ".lock", onEvent, clock, cancellationToken);
        if (!IsInstalled(packages))
        {
            onEvent?.Invoke($"installing {product} from npm (once)");
            Copy(source, Manifest, packages);
            await NpmAsync(product, packages, cancellationToken);
            await File.WriteAllTextAsync(Marker(packages), "", cancellationToken);
        }

        Copy(source, scripts, target);
        await File.WriteAllTextAsync(Marker(target), "", cancellationToken);
        return target;
    }

    private static void Copy(string source, IEnumerable<string> files, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in files) File.Copy(Path.Combine(source, file), Path.Combine(target, file), overwrite: true);
    }

    private static string Marker(string folder) => Path.Combine(folder, ".installed");

    private static bool IsInstalled(string folder) => File.Exists(Marker(folder));

    private static string HashOf(string source, IEnumerable<string> files) =>
        Convert.ToHexStringLower(SHA256.HashData([.. files.SelectMany(f => File.ReadAllBytes(Path.Combine(source, f)))]))[..12];

    // Two stacks that start at once on a fresh machine must not install into each other.
    internal static async Task<FileStream> LockAsync(
        string product, string path, Action<string>? onEvent, TimeProvider clock, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        for (var tries = 0; ; tries++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException e) when (clock.GetElapsedTime(started) >= LongestInstall)
            {
                throw new InvalidOperationException(
                    $"{product} could not be installed: {path} has been in use for {LongestInstall.TotalMinutes:N0} minutes ({e.Message}). "
                    + "End the start that holds it.",
                    e);
            }
            catch (IOException)
            {
                if (tries == 0) onEvent?.Invoke($"another start is installing {product}");
                await Task.Delay(TimeSpan.FromMilliseconds(500), clock, cancellationToken);
            }
        }
    }

    private static async Task NpmAsync(string product, string folder, CancellationToken cancellationToken)
    {
        var windows = OperatingSystem.IsWindows();
        var info = new ProcessStartInfo(windows ? "cmd.exe" : "npm")
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        string[] arguments = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        if (windows) arguments = ["/c", "npm", .. arguments];
        foreach (var argument in arguments) info.ArgumentList.Add(argument);
        try
        {
            using var npm = Process.Start(info)!;
            var output = Task.WhenAll(npm.StandardOutput.ReadToEndAsync(cancellationToken), npm.StandardError.ReadToEndAsync(cancellationToken));
            await ExitAsync(npm, cancellationToken);
            if (npm.ExitCode != 0)
            {
                var said = string.Join('\n', await output).Trim();
                throw new InvalidOperationException(
                    $"{product} could not be installed: npm ended with {npm.ExitCode}. It needs the npm registry once.\n{said}");
            }
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException(
                $"{product} could not be installed: npm was not found. Install Node.js 24 or 22 from https://nodejs.org.", e);
        }
    }

    // npm doesn't notice that nobody waits for it any more, and would go on writing into the folder after its lock is gone.
    private static async Task ExitAsync(Process npm, CancellationToken cancellationToken)
    {
        try
        {
            await npm.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            npm.Kill(entireProcessTree: true);
            await npm.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }
}
