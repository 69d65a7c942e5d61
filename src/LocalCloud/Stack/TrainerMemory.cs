using System.Globalization;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Stack;

/// <summary>What the functions are told of the memory that a training may take on this machine.</summary>
internal static class TrainerMemory
{
    /// <summary>The setting, for the functions and for the trainers.</summary>
    public const string Setting = "Trainer__MemoryGiB";

    private const double Gibibyte = 1L << 30;

    /// <summary>The setting's value for the trainers that this stack starts; null where only they know.</summary>
    public static string? Find()
    {
        try
        {
            return Find(Environment.GetEnvironmentVariable(Setting), Path.GetDirectoryName(DotnetProgram.Trainer)!);
        }
        catch (FileNotFoundException)
        {
            // The scaler says so.
            return null;
        }
    }

    /// <summary>
    /// The setting's value: the operator's, else this machine's or container's memory. Null where the trainer's libtorch may find a GPU, whose memory
    /// only the trainer knows.
    /// </summary>
    /// <param name="given">What the operator has set for the trainers; null or empty for nothing.</param>
    /// <param name="trainerFolder">Where the trainer lies, with its libtorch.</param>
    public static string? Find(string? given, string trainerFolder)
    {
        if (!string.IsNullOrEmpty(given)) return given;
        if (!Has(trainerFolder, "torch_cpu") || Has(trainerFolder, "torch_cuda")) return null;
        return (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Gibibyte).ToString("R", CultureInfo.InvariantCulture);
    }

    private static bool Has(string folder, string library) => Directory.EnumerateFiles(folder, $"*{library}*", SearchOption.AllDirectories).Any();
}
