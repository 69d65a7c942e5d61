using System.Diagnostics;
using System.Security.Cryptography;

namespace WrnCloud.LocalCloud.Processes;

/// <summary>
/// Installs the npm packages of a lock file into the user's cache folder, once for each lock file. A changed script needs no new install.
/// </summary>
internal static class NpmInstaller
{
    private static readonly TimeSpan LongestInstall = TimeSpan.FromMinutes(10);
    private static readonly string[] Manifest = ["package.json", "package-lock.json", ".npmrc"];

    /// <summary>The folder for all installs: <c>WRN_CACHE</c>, or a folder in the user's profile.</summary>
    public static string CacheFolder => Environment.GetEnvironmentVariable("WRN_CACHE") ?? Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "wrncloud");

    /// <summary>Returns a folder with copies of the <paramref name="scripts"/> in <paramref name="source"/>, beside their packages.</summary>
    /// <param name="product">Name for messages.</param>
    /// <param name="source">The folder with package.json, package-lock.json, .npmrc and the scripts.</param>
    /// <param name="scripts">File names.</param>
    /// <param name="onEvent">Called with a line about an install.</param>
    /// <param name="clock">Times the wait for a concurrent install.</param>
    /// <param name="cancellationToken">Ends npm too.</param>
    /// <exception cref="InvalidOperationException">Node or npm is missing, or npm failed; the message says what to do.</exception>
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

        // Node resolves packages from a script's parent folders too.
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

    // Two stacks that start at once on a fresh machine must not install into the same folder.
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
                    + "Stop the process that holds it.",
                    e);
            }
            catch (IOException)
            {
                if (tries == 0) onEvent?.Invoke($"another process is installing {product}");
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

    // npm doesn't notice a cancelled wait; left alone, it would keep writing to the folder after the lock is released.
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
