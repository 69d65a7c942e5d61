namespace WrnCloud.TrainerJob.Tests.Support;

/// <summary>A program of this repository that these tests start, as it was built together with them.</summary>
internal static class SiblingProgram
{
    /// <summary>The path of a project's assembly, for <c>dotnet</c>.</summary>
    public static string Of(string project) => Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "../..", project, new DirectoryInfo(AppContext.BaseDirectory).Name, $"WrnCloud.{project}.dll"));
}
