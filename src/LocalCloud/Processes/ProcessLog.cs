namespace WrnCloud.LocalCloud.Processes;

/// <summary>The log file of a process, for its owner alone. A disk that refuses loses lines, never the process that writes them.</summary>
internal sealed class ProcessLog : IDisposable
{
    /// <summary>In bytes; a log that has become longer is set aside as <c>….old</c> at the next start.</summary>
    private const long LongestAppended = 16 * 1024 * 1024;

    private readonly StreamWriter _writer;
    private readonly Lock _lock = new();
    private bool _closed;

    public ProcessLog(string path)
    {
        Path = path;
        PrivateFile.CreateFolder(System.IO.Path.GetDirectoryName(path)!);
        if (new FileInfo(path) is { Exists: true, Length: > LongestAppended }) File.Move(path, path + ".old", overwrite: true);
        _writer = new StreamWriter(PrivateFile.Open(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
    }

    public string Path { get; }

    public void WriteLine(string line)
    {
        lock (_lock)
        {
            if (_closed) return;
            try
            {
                _writer.WriteLine(line);
            }
            catch (IOException)
            {
                // The disk is full: the next line may find room again.
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            try
            {
                _writer.Dispose();
            }
            catch (IOException)
            {
                // As above: what could not be written is lost.
            }
        }
    }
}
