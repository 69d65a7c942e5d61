namespace WrnCloud.LocalCloud.Stack;

/// <summary>Files with secrets: readable by their owner alone, replaced whole.</summary>
internal static class PrivateFile
{
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var temporary = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var file = new FileStream(temporary, options)) await file.WriteAsync(content, cancellationToken);
        File.Move(temporary, path, overwrite: true);
    }
}
