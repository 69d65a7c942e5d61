using System.Text.Json;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Processes;
using WrnCloud.LocalCloud.Scaling;

namespace WrnCloud.LocalCloud.Stack;

/// <summary>The folder of a stack's state, locked while the stack runs. Its content is private to its owner.</summary>
internal sealed class StateFolder : IAsyncDisposable
{
    private const string AzuriteFolder = "azurite";
    private const string BrokerFolder = "broker";
    private const string LogFolder = "logs";
    private const string LockFile = "lock";

    private static readonly string[] Entries =
    [
        AzuriteFolder, BrokerFolder, LogFolder, LockFile,
        StackKeys.FileName, StackPorts.FileName, TrainerRegister.FileName, StackDescription.FileName,
    ];

    private readonly FileStream _lock;

    private StateFolder(string path, FileStream exclusive, bool wasKilled)
    {
        Path = path;
        _lock = exclusive;
        WasKilled = wasKilled;
    }

    public string Path { get; }

    public string Azurite => System.IO.Path.Combine(Path, AzuriteFolder);

    public string Broker => System.IO.Path.Combine(Path, BrokerFolder);

    public string Logs => System.IO.Path.Combine(Path, LogFolder);

    /// <summary>Whether the previous stack was killed: its parts may still be exiting.</summary>
    public bool WasKilled { get; }

    /// <summary>Creates or takes over a folder.</summary>
    /// <exception cref="InvalidOperationException">Another stack runs on it; the message says where.</exception>
    public static StateFolder Open(string path)
    {
        MakePrivate(path);
        FileStream exclusive;
        try
        {
            exclusive = PrivateFile.Open(System.IO.Path.Combine(path, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new InvalidOperationException(
                $"Another stack runs on {path}{WhereItIs(path)}. Use it, stop it, or choose another folder with --state.", e);
        }

        // Left behind by a killed stack; it must not be taken for this one's.
        var description = System.IO.Path.Combine(path, StackDescription.FileName);
        var wasKilled = File.Exists(description);
        if (wasKilled) File.Delete(description);
        var folder = new StateFolder(path, exclusive, wasKilled);
        foreach (var part in (string[])[folder.Azurite, folder.Broker, folder.Logs]) PrivateFile.CreateFolder(part);
        return folder;
    }

    /// <summary>Writes <c>stack.json</c>, which tells commands where the stack is.</summary>
    public Task DescribeAsync(StackDescription description, CancellationToken cancellationToken) =>
        PrivateFile.WriteAsync(
            System.IO.Path.Combine(Path, StackDescription.FileName),
            JsonSerializer.SerializeToUtf8Bytes(description, WrnJson.Indented),
            cancellationToken);

    /// <summary>Removes <c>stack.json</c> and unlocks the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        var description = System.IO.Path.Combine(Path, StackDescription.FileName);
        if (File.Exists(description)) File.Delete(description);
        await _lock.DisposeAsync();
    }

    // A folder with other content keeps its mode: it is not ours alone. The files that we add are private in any case.
    private static void MakePrivate(string path)
    {
        if (!Directory.Exists(path))
        {
            PrivateFile.CreateFolder(path);
            return;
        }

        var names = Directory.EnumerateFileSystemEntries(path).Select(System.IO.Path.GetFileName).ToList();
        var isOurs = names.TrueForAll(n => Entries.Contains(n, StringComparer.Ordinal));
        foreach (var entry in Entries.Select(e => System.IO.Path.Combine(path, e)))
            if (System.IO.Path.Exists(entry) && PrivateFile.IsShared(entry)) PrivateFile.Restrict(entry);
        if (isOurs && PrivateFile.IsShared(path)) PrivateFile.Restrict(path);
    }

    private static string WhereItIs(string path)
    {
        try
        {
            var file = System.IO.Path.Combine(path, StackDescription.FileName);
            if (JsonSerializer.Deserialize<StackDescription>(File.ReadAllBytes(file), WrnJson.Compact) is { Endpoint: not null } running)
                return $" (process {running.ProcessId}, {running.Endpoint.AbsoluteUri.TrimEnd('/')})";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // It is just starting or stopping.
        }

        return "";
    }
}
