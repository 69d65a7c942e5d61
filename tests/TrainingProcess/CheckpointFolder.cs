using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using WrnCloud.Hosting;
using WrnCloud.Safetensors;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainingProcess;

/// <summary>Checkpoints as folders named by their step; one appears whole, by a rename, or not at all.</summary>
internal sealed class CheckpointFolder(string root) : ITrainingObserver
{
    private const string PositionFile = "position.json";

    /// <summary>Of all files of the last checkpoint.</summary>
    public string LastHash { get; private set; } = "";

    /// <summary>The newest checkpoint, or null.</summary>
    public CheckpointFiles? Newest()
    {
        var newest = Directory.EnumerateDirectories(root).Where(d => !d.EndsWith(".partial", StringComparison.Ordinal)).Max(StringComparer.Ordinal);
        if (newest is null) return null;
        var position = JsonSerializer.Deserialize<CheckpointPosition>(File.ReadAllBytes(Path.Combine(newest, PositionFile)), WrnJson.Compact)!;
        var files = Directory.EnumerateFiles(newest, "*.safetensors")
            .ToDictionary(p => Path.GetFileName(p), p => SafetensorsFile.Read(File.ReadAllBytes(p)));
        Console.WriteLine($"resumed {position.Step}");
        return new CheckpointFiles(files, position);
    }

    public ValueTask OnStepAsync(StepReport report)
    {
        Console.WriteLine($"step {report.Step}");
        return ValueTask.CompletedTask;
    }

    public ValueTask OnEpochAsync(EpochReport report) => ValueTask.CompletedTask;

    public ValueTask OnCheckpointAsync(CheckpointFiles files)
    {
        var target = Path.Combine(root, files.Position.Step.ToString("D10", CultureInfo.InvariantCulture));
        var partial = target + ".partial";
        if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        Directory.CreateDirectory(partial);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, content) in files.Files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            var bytes = content.ToBytes();
            hash.AppendData(bytes);
            File.WriteAllBytes(Path.Combine(partial, name), bytes);
        }

        File.WriteAllBytes(Path.Combine(partial, PositionFile), JsonSerializer.SerializeToUtf8Bytes(files.Position, WrnJson.Compact));
        if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
        Directory.Move(partial, target);
        LastHash = Convert.ToHexStringLower(hash.GetHashAndReset());
        return ValueTask.CompletedTask;
    }
}
