namespace WrnCloud.TrainerJob.Data;

/// <summary>A data set's files, open, with what reads from them.</summary>
internal sealed class OpenFiles : IDisposable
{
    private readonly List<IDisposable> _opened = [];

    /// <summary>The files by their names.</summary>
    public Dictionary<string, FileStream> Streams { get; } = [];

    /// <summary>Disposes of it with the files, before them.</summary>
    public T Add<T>(T reader)
        where T : IDisposable
    {
        _opened.Add(reader);
        return reader;
    }

    public void Dispose()
    {
        foreach (var reader in _opened) reader.Dispose();
        foreach (var stream in Streams.Values) stream.Dispose();
    }
}
