namespace WrnCloud.Shared.Tests.Datasets;

/// <summary>
/// Finds real data that is not part of the repository, in the folder that WRN_DATA names; tests that need it are skipped without.
/// </summary>
internal static class RepositoryData
{
    public static string? Find(string relativePath) =>
        Environment.GetEnvironmentVariable("WRN_DATA") is { Length: > 0 } folder
        && Path.Combine(folder, relativePath) is var path
        && File.Exists(path)
            ? path
            : null;
}
