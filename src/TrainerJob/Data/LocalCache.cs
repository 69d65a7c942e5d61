namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// Files on local disk that can be made again: named by what is in them, complete or absent,
/// and removed when the folder grows, those unused for longest first.
/// Any number of processes may share a folder: each writes under a name of its own and moves the whole file into place.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="clock">For the times of use.</param>
/// <param name="maxBytes">What the folder may hold; a single larger file is kept all the same.</param>
/// <param name="freeBytes">Free bytes of the disk on which a folder lies; null asks the system.</param>
public sealed class LocalCache(string folder, TimeProvider clock, long maxBytes = LocalCache.DefaultMaxBytes, Func<string, long>? freeBytes = null)
{
    /// <summary>32 GiB.</summary>
    public const long DefaultMaxBytes = 32L << 30;

    // For checkpoints on their way, logs and whoever else shares the disk.
    private const long Reserve = 256L << 20;

    private const string TemporarySuffix = ".tmp";
    private const int Attempts = 3;

    // A temporary file that nobody has written to for so long was left by a process that is gone.
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    /// <summary>The folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>Opens a file, after making it when it is missing or damaged.</summary>
    /// <param name="name">Its name, which must tell all that decides its content.</param>
    /// <param name="tryOpen">Gives what the file at a path holds; null when it is missing or damaged.</param>
    /// <param name="makeAsync">Writes the file.</param>
    /// <param name="cancellationToken">Ends the making.</param>
    /// <exception cref="IOException">The folder can't be written, or what was made does not open.</exception>
    public async Task<T> OpenAsync<T>(
        string name, Func<string, T?> tryOpen, Func<FileStream, CancellationToken, Task> makeAsync, CancellationToken cancellationToken)
        where T : class
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (TryOpen(name, tryOpen) is { } value) return value;
            await WriteAsync(name, makeAsync, cancellationToken);
        }

        throw new IOException($"The cache file {Path.Combine(Folder, name)} was made {Attempts} times and does not open.");
    }

    /// <summary>Opens a file that is there.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tryOpen">Gives what the file at a path holds; null when it is missing or damaged.</param>
    public T? TryOpen<T>(string name, Func<string, T?> tryOpen)
        where T : class
    {
        var path = Path.Combine(Folder, name);
        var value = tryOpen(path);
        if (value is not null) Touch(path);
        return value;
    }

    /// <summary>Writes a file, in the place of one of the same name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="makeAsync">Writes the content.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public Task WriteAsync(string name, Func<FileStream, CancellationToken, Task> makeAsync, CancellationToken cancellationToken) =>
        MakeAsync(Path.Combine(Folder, name), makeAsync, cancellationToken);

    /// <summary>True when a file of this name is there, whole or damaged.</summary>
    public bool Has(string name) => File.Exists(Path.Combine(Folder, name));

    /// <summary>
    /// Makes room before a long download:
    /// removes files unused for longest until the disk and the folder's limit can take these bytes on top of what is kept.
    /// </summary>
    /// <param name="bytes">What is to be made.</param>
    /// <param name="kept">Names of files that stay.</param>
    /// <exception cref="IOException">There is not so much room; the sentence says how much there is.</exception>
    public void MakeRoom(long bytes, IReadOnlyCollection<string> kept)
    {
        if (bytes <= 0) return;
        CreateFolder();
        var files = Files();
        var total = files.Sum(f => f.Length);
        foreach (var file in files.Where(f => IsRemovable(f, kept)))
        {
            if (Room(total) >= bytes) return;
            if (TryDelete(file.FullName)) total -= file.Length;
        }

        var room = Math.Max(0, Room(total));
        if (room < bytes) throw new IOException($"it needs {Mebibytes(bytes)} MiB and has room for {Mebibytes(room)} MiB.");
    }

    /// <summary>True when <see cref="MakeRoom"/> could make so much room; nothing is removed.</summary>
    /// <param name="bytes">What is to be made.</param>
    /// <param name="kept">Names of files that stay.</param>
    public bool HasRoom(long bytes, IReadOnlyCollection<string> kept)
    {
        CreateFolder();
        var files = Files();
        var removable = files.Where(f => IsRemovable(f, kept)).Sum(f => f.Length);
        return Math.Min(FreeBytes() - Reserve + removable, maxBytes - files.Sum(f => f.Length) + removable) >= bytes;
    }

    private static long Mebibytes(long bytes) => bytes >> 20;

    private long Room(long total) => Math.Min(FreeBytes() - Reserve, maxBytes - total);

    private long FreeBytes() => freeBytes is null ? new DriveInfo(Path.GetFullPath(Folder)).AvailableFreeSpace : freeBytes(Folder);

    private List<FileInfo> Files() => [.. new DirectoryInfo(Folder).GetFiles().Where(f => f.Exists).OrderBy(f => f.LastWriteTimeUtc)];

    private static bool IsRemovable(FileInfo file, IReadOnlyCollection<string> kept) => !kept.Contains(file.Name) && !IsTemporary(file);

    private static bool IsTemporary(FileInfo file) => file.Name.EndsWith(TemporarySuffix, StringComparison.Ordinal);

    private async Task MakeAsync(string path, Func<FileStream, CancellationToken, Task> makeAsync, CancellationToken cancellationToken)
    {
        CreateFolder();
        var temporary = $"{path}.{Path.GetRandomFileName()}{TemporarySuffix}";
        try
        {
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16))
                await makeAsync(file, cancellationToken);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }

        Touch(path);
        Shrink(path);
    }

    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Folder);
        else Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private void Shrink(string kept)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var files = Files();
        var total = files.Sum(f => f.Length);
        foreach (var file in files)
        {
            if (IsTemporary(file) ? now - file.LastWriteTimeUtc < Abandoned : total <= maxBytes || file.FullName == Path.GetFullPath(kept)) continue;
            if (TryDelete(file.FullName)) total -= file.Length;
        }
    }

    // The time of the last use. Another process may just have removed the file, which whoever has it open does not notice.
    private void Touch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
