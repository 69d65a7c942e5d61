using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Storage;

/// <summary>Installs Azurite by the lock file that lies beside this program.</summary>
internal static class AzuriteInstaller
{
    /// <summary>The folder with <c>azurite.mjs</c> and its packages, installed when missing.</summary>
    /// <exception cref="InvalidOperationException">Node or npm is missing, or npm failed; the sentence says what to do.</exception>
    public static Task<string> EnsureAsync(Action<string>? onEvent, TimeProvider clock, CancellationToken cancellationToken) =>
        NpmInstaller.EnsureAsync("Azurite", Path.Combine(AppContext.BaseDirectory, "Storage"), ["azurite.mjs"], onEvent, clock, cancellationToken);
}
