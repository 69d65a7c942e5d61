using System.Diagnostics;
using System.Security.Cryptography;

namespace WrnCloud.LocalCloud.Storage;

/// <summary>Installs Azurite from npm by the lock file that lies beside this program, once for each lock file, into the user's cache folder.</summary>
internal static class AzuriteInstaller
{
    private static readonly TimeSpan LongestInstall = TimeSpan.FromMinutes(10);
    private static readonly string[] Sources = ["package.json", "package-lock.json", ".npmrc", "azurite.mjs"];

    /// <summary>The folder with <c>azurite.mjs</c> and its packages, installed when missing.</summary>
    /// <exception cref="InvalidOperationException">Node or npm is missing, or npm failed; the sentence says what to do.</exception>
    public static async Task<string> EnsureAsync(Action<string>? onEvent, TimeProvider clock, CancellationToken cancellationToken)
    {
        var source = Path.Combine(AppContext.BaseDirectory, "Storage");
        var cache = Environment.GetEnvironmentVariable("WRN_CACHE")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "wrncloud");
        var target = Path.Combine(cache, $"azurite-{HashOf(source)}");
        if (IsInstalled(target)) return target;
        Directory.CreateDirectory(cache);
        await using var exclusive = await LockAsync(target + ".lock", onEvent, clock, cancellationToken);
        if (IsInstalled(target)) return target;
        onEvent?.Invoke("installing Azurite from npm (once)");
        Directory.CreateDirectory(target);
        foreach (var file in Sources) File.Copy(Path.Combine(source, file), Path.Combine(target, file), overwrite: true);
        await NpmAsync(target, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(target, ".installed"), "", cancellationToken);
        return target;
    }

    private static bool IsInstalled(string folder) => File.Exists(Path.Combine(folder, ".installed"));

    private static string HashOf(string source) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Sources.SelectMany(f => File.ReadAllBytes(Path.Combine(source, f)))]))[..12];

    // Two stacks that start at once on a fresh machine must not install into each other.
    internal static async Task<FileStream> LockAsync(string path, Action<string>? onEvent, TimeProvider clock, CancellationToken cancellationToken)
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
                    $"Azurite could not be installed: {path} has been in use for {LongestInstall.TotalMinutes:N0} minutes ({e.Message}). End the start that holds it.", e);
            }
            catch (IOException)
            {
                if (tries == 0) onEvent?.Invoke("another start is installing Azurite");
                await Task.Delay(TimeSpan.FromMilliseconds(500), clock, cancellationToken);
            }
        }
    }

    private static async Task NpmAsync(string folder, CancellationToken cancellationToken)
    {
        var windows = OperatingSystem.IsWindows();
        var info = new ProcessStartInfo(windows ? "cmd.exe" : "npm") { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        string[] arguments = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        if (windows) arguments = ["/c", "npm", .. arguments];
        foreach (var argument in arguments) info.ArgumentList.Add(argument);
        try
        {
            using var npm = Process.Start(info)!;
            var output = Task.WhenAll(npm.StandardOutput.ReadToEndAsync(cancellationToken), npm.StandardError.ReadToEndAsync(cancellationToken));
            await ExitAsync(npm, cancellationToken);
            if (npm.ExitCode != 0)
                throw new InvalidOperationException($"Azurite could not be installed: npm ended with {npm.ExitCode}. It needs the npm registry once.\n{string.Join('\n', await output).Trim()}");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException("Azurite could not be installed: npm was not found. Install Node.js 20 or newer.", e);
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
