namespace WrnCloud.Cli.Pushing;

/// <summary>Class names from a text file, one a line.</summary>
internal static class ClassNames
{
    /// <exception cref="UsageException">There are fewer than 2 or more than 256.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        var classes = File.ReadLines(path).Select(l => l.Trim()).Where(l => l.Length > 0).Take(257).ToList();
        return classes.Count is >= 2 and <= 256
            ? classes
            : throw new UsageException($"{path} names {classes.Count} classes; one a line, 2 to 256 are needed.");
    }
}
