namespace WrnCloud.LocalCloud.Processes;

/// <summary>Locates this repository's programs: beside this one (a published folder) or in the build's output tree.</summary>
internal static class DotnetProgram
{
    /// <summary>The <c>dotnet</c> that runs this process, else the one on the path.</summary>
    public static string Host =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet"
            ? path
            : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>This assembly, which holds the broker, the functions host and the scaler.</summary>
    public static string LocalCloud => Path.Combine(AppContext.BaseDirectory, "WrnCloud.LocalCloud.dll");

    /// <summary>The trainer: <c>WRN_TRAINER</c>, a folder <c>trainer</c> beside this program, or its project's build output.</summary>
    /// <exception cref="FileNotFoundException">It is in none of these places.</exception>
    public static string Trainer
    {
        get
        {
            const string Dll = "WrnCloud.TrainerJob.dll";
            var folder = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            string?[] candidates =
            [
                Environment.GetEnvironmentVariable("WRN_TRAINER"),
                Path.Combine(folder.FullName, "trainer", Dll),
                folder.Parent?.Parent is { } bin ? Path.Combine(bin.FullName, "TrainerJob", folder.Name, Dll) : null,
            ];
            return candidates.FirstOrDefault(File.Exists)
                ?? throw new FileNotFoundException($"The trainer ({Dll}) was not found. Build the solution, or name the file in WRN_TRAINER.");
        }
    }
}
