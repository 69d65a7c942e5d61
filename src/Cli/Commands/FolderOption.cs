namespace WrnCloud.Cli.Commands;

internal static class FolderOption
{
    /// <summary>The full path of a folder that an option names.</summary>
    /// <exception cref="UsageException">It is empty or not a path.</exception>
    public static string FullPath(string option, string value, string currentFolder)
    {
        try
        {
            if (value.Length > 0) return Path.GetFullPath(value, currentFolder);
        }
        catch (ArgumentException)
        {
            // A character that is not allowed in paths.
        }

        throw new UsageException($"{option}: '{value}' is not a folder.");
    }
}
