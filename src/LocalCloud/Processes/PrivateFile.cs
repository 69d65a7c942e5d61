namespace WrnCloud.LocalCloud.Processes;

/// <summary>Files and folders for their owner alone: mode 0600 and 0700. On Windows a user's folders are private already.</summary>
internal static class PrivateFile
{
    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode700 = FileMode600 | UnixFileMode.UserExecute;

    /// <summary>Opens a file, created when missing.</summary>
    /// <exception cref="IOException">It is in use, or the disk failed.</exception>
    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = FileMode600;
        return new FileStream(path, options);
    }

    /// <summary>Replaces a file atomically: a reader sees the old content or the new one.</summary>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var temporary = path + ".new";
        await using (var file = Open(temporary, FileMode.Create, FileAccess.Write, FileShare.None)) await file.WriteAsync(content, cancellationToken);
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Creates a folder, and those above it, when missing.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, FolderMode700);
    }

    /// <summary>Removes other users' access to a file, or to a folder and everything below it.</summary>
    public static void Restrict(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        RestrictOne(path);
        if (!Directory.Exists(path)) return;
        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var entry in Directory.EnumerateFileSystemEntries(path, "*", all)) RestrictOne(entry);
    }

    /// <summary>Whether other users have any access to it.</summary>
    public static bool IsShared(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~FolderMode700) != UnixFileMode.None;

    private static void RestrictOne(string path)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, File.GetUnixFileMode(path) & FolderMode700);
    }
}
