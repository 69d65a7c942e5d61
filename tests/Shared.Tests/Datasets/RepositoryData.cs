namespace WrnCloud.Shared.Tests.Datasets;

/// <summary>Finds data that is not part of the repository and may lie beside it, in a folder <c>shared/data</c> or where WRN_DATA says.</summary>
internal static class RepositoryData
{
    public static string? Find(string relativePath)
    {
        var roots = new List<string>();
        if (Environment.GetEnvironmentVariable("WRN_DATA") is { Length: > 0 } stated) roots.Add(stated);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            roots.Add(Path.Combine(folder.FullName, "shared", "data"));
        return roots.Select(r => Path.Combine(r, relativePath)).FirstOrDefault(File.Exists);
    }
}
