namespace WrnCloud.Cli.Commands;

internal static class FolderOption
{
    /// <summary>The full path of a folder that an option names.</summary>
    /// <exception cref="UsageException">It is empty or no path.</exception>
    public static string FullPath(string option, string value, string currentFolder)
    {
        try
        {
            if (value.Length > 0) return Path.GetFullPath(value, currentFolder);
        }
        catch (ArgumentException)
        {
            // A character that no path may have.
        }

        throw new UsageException($"{option}: '{value}' is no folder.");
    }
}
