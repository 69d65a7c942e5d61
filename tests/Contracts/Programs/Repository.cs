namespace WrnCloud.Contracts.Programs;

/// <summary>The repository that the tests were built from, as text.</summary>
public static class Repository
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>Files below a folder, as paths from the root with forward slashes; build outputs left out.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern)
    {
        var path = Path.Combine(Root, folder);
        if (!Directory.Exists(path)) return [];
        return
        [
            .. Directory.EnumerateFiles(path, pattern, SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'))
                .Where(f => !f.Split('/').Any(s => s is "bin" or "obj" or "artifacts" or "node_modules" or ".git" or ".wrn"))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The text of a file, by its path from the root.</summary>
    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "WrnCloud.sln"))) return folder.FullName;
        throw new InvalidOperationException("No WrnCloud.sln above the tests.");
    }
}
