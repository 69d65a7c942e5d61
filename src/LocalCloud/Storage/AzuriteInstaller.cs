using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Storage;

/// <summary>Installs Azurite from the lock file beside this program.</summary>
internal static class AzuriteInstaller
{
    private static readonly string Source = Path.Combine(AppContext.BaseDirectory, "Storage");
    private static readonly string[] Scripts =
        ["azurite.mjs", "store.mjs", "commit.mjs", "collections.mjs", "journal.mjs", "frames.mjs", "folder.mjs"];

    /// <summary>Returns the folder with <c>azurite.mjs</c> and its packages, installed when missing.</summary>
    /// <exception cref="InvalidOperationException">Node or npm is missing, or npm failed; the message says what to do.</exception>
    public static Task<string> EnsureAsync(Action<string>? onEvent, TimeProvider clock, CancellationToken cancellationToken) =>
        NpmInstaller.EnsureAsync("Azurite", Source, Scripts, onEvent, clock, cancellationToken);
}
