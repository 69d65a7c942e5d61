using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using TorchSharp;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Runtime;

namespace WrnCloud.TrainerJob.Export;

/// <summary>The software and the machine of this process, for the receipt.</summary>
internal static class Provenance
{
    /// <summary>The trainer's version, the commit behind a plus sign where the build knew it.</summary>
    public static string CodeVersion =>
        typeof(Provenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>
    /// Packages with their versions: those that the build wrote down beside the program, or the loaded assemblies where it wrote nothing.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Packages()
    {
        var file = Path.Combine(AppContext.BaseDirectory, $"{typeof(Provenance).Assembly.GetName().Name}.deps.json");
        return File.Exists(file) ? PackagesOf(File.ReadAllBytes(file)) : LoadedAssemblies();
    }

    /// <summary>The packages of a <c>deps.json</c>.</summary>
    internal static SortedDictionary<string, string> PackagesOf(ReadOnlyMemory<byte> deps)
    {
        using var document = JsonDocument.Parse(deps);
        var packages = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var library in document.RootElement.GetProperty("libraries").EnumerateObject())
        {
            if (library.Value.GetProperty("type").GetString() == "package" && library.Name.Split('/') is [var name, var version])
                packages[name] = version;
        }

        return packages;
    }

    /// <summary>The machine.</summary>
    public static ReceiptMachine Machine(ComputePlatform platform) => new(
        RuntimeInformation.FrameworkDescription,
        RuntimeInformation.OSDescription,
        ProcessorOf("/proc/cpuinfo") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        platform.Device == DeviceType.CUDA ? "CUDA" : "CPU",
        platform.LibtorchVersion);

    /// <summary>The processor's name as Linux has it; null elsewhere.</summary>
    internal static string? ProcessorOf(string cpuInfo)
    {
        if (!File.Exists(cpuInfo)) return null;
        var line = File.ReadLines(cpuInfo).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
        return line?.Split(':', 2) is [_, var name] ? name.Trim() : null;
    }

    private static SortedDictionary<string, string> LoadedAssemblies()
    {
        var packages = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in AppDomain.CurrentDomain.GetAssemblies().Select(a => a.GetName()))
            packages[name.Name ?? ""] = name.Version?.ToString() ?? "";
        return packages;
    }
}
