using System.Globalization;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Storage;

/// <summary>The only account of an Azurite instance.</summary>
/// <param name="Name">Its name, also the first segment of every path.</param>
/// <param name="Key">Its key, in base64.</param>
internal sealed record AzuriteAccount(string Name, string Key)
{
    /// <summary>Starts Azurite under the script that acknowledges a write only once it is on disk; its readiness line has its <c>url</c>.</summary>
    /// <param name="installed">The folder that <see cref="AzuriteInstaller"/> returned.</param>
    /// <param name="folder">The folder for its data.</param>
    /// <param name="port">A port, or 0 for a free one.</param>
    /// <param name="logFile">The file for its output.</param>
    /// <param name="clock">Measures time.</param>
    /// <param name="growthBytes">Growth of the journal, in bytes, before it is compacted; the script's own limit when null.</param>
    public ChildProcess Start(string installed, string folder, int port, string logFile, TimeProvider clock, int? growthBytes = null)
    {
        string[] growth = growthBytes is { } bytes ? [bytes.ToString(CultureInfo.InvariantCulture)] : [];
        return Run([Path.Combine(installed, "azurite.mjs"), folder, port.ToString(CultureInfo.InvariantCulture), .. growth], logFile, clock);
    }

    /// <summary>Starts another Node program that serves this account.</summary>
    public ChildProcess Run(string[] arguments, string logFile, TimeProvider clock, Action<string>? onLine = null) => ChildProcess.Start(
        "Azurite", "node", arguments, new Dictionary<string, string> { ["AZURITE_ACCOUNTS"] = $"{Name}:{Key}" }, logFile, clock, onLine);

    /// <summary>The connection string of the blob service at <paramref name="url"/>, such as <c>http://127.0.0.1:10000</c>.</summary>
    public string ConnectionString(string url) => $"DefaultEndpointsProtocol=http;AccountName={Name};AccountKey={Key};BlobEndpoint={url}/{Name};";
}
