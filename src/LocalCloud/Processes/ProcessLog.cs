namespace WrnCloud.LocalCloud.Processes;

/// <summary>The log file of a process, private to its owner. A disk error loses lines but never stops the process that writes them.</summary>
internal sealed class ProcessLog : IDisposable
{
    /// <summary>In bytes; a longer log is renamed to <c>….old</c> at the next start.</summary>
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
                // The disk is full; there may be room again for the next line.
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
                // As above: lines that could not be written are lost.
            }
        }
    }
}
