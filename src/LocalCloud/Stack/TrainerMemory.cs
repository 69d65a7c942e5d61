using System.Globalization;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Stack;

/// <summary>The memory that a training may take on this machine, as the functions are told it.</summary>
internal static class TrainerMemory
{
    /// <summary>The setting, for the functions and for the trainers.</summary>
    public const string Setting = "Trainer__MemoryGiB";

    private const double Gibibyte = 1L << 30;

    /// <summary>The setting's value for the trainers that this stack starts; null when only they can tell.</summary>
    public static string? Find()
    {
        try
        {
            return Find(Environment.GetEnvironmentVariable(Setting), Path.GetDirectoryName(DotnetProgram.Trainer)!);
        }
        catch (FileNotFoundException)
        {
            // The scaler reports it.
            return null;
        }
    }

    /// <summary>
    /// The setting's value: the operator's, else this machine's or container's memory. Null where the trainer's libtorch may find a GPU, whose memory
    /// only the trainer knows.
    /// </summary>
    /// <param name="given">The operator's setting for the trainers; null or empty for none.</param>
    /// <param name="trainerFolder">The folder of the trainer and its libtorch.</param>
    public static string? Find(string? given, string trainerFolder)
    {
        if (!string.IsNullOrEmpty(given)) return given;
        if (!Has(trainerFolder, "torch_cpu") || Has(trainerFolder, "torch_cuda")) return null;
        return (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Gibibyte).ToString("R", CultureInfo.InvariantCulture);
    }

    private static bool Has(string folder, string library) => Directory.EnumerateFiles(folder, $"*{library}*", SearchOption.AllDirectories).Any();
}
