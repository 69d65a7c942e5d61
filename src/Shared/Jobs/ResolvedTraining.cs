using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using WrnCloud.Hosting;

namespace WrnCloud.Jobs;

/// <summary>A request after validation: everything explicit, nothing left to defaults that could change later.</summary>
/// <param name="Model">The network's canonical name.</param>
/// <param name="ModelName">The registry name under which versions are published.</param>
/// <param name="Dataset">The data set's name.</param>
/// <param name="DatasetHash">SHA-256 of the data set's file list, so that the run stays what it was.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Recipe">The recipe's name.</param>
/// <param name="Settings">The settings after overrides.</param>
/// <param name="Seed">Seed of every draw.</param>
/// <param name="MaxMinutes">Limit in minutes of training, or null.</param>
/// <param name="Parameters">Trained parameters of the network.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates of one forward pass of one image.</param>
/// <param name="TrainingMemoryBytes">Estimated memory of training beyond the process without it; with <c>auto</c> for the larger precision.</param>
public sealed record ResolvedTraining(
    string Model,
    string ModelName,
    string Dataset,
    string DatasetHash,
    int Classes,
    string Recipe,
    TrainingSettings Settings,
    long Seed,
    int? MaxMinutes,
    long Parameters,
    long MultiplyAccumulates = 0,
    long TrainingMemoryBytes = 0)
{
    /// <summary>What the run starts from; null for random weights.</summary>
    public ResolvedInit? Init { get; init; }

    /// <summary>Fields that a newer version wrote; they stay when this version rewrites the document.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; init; }

    /// <summary>SHA-256 (lower-case hex) of what decides the trained weights: network, data, settings, seed and, where there are some, the starting weights.</summary>
    public string ConfigHash()
    {
        // Left out when null, so that a run from random weights has the hash that it had before there was a choice.
        var start = Init is null ? null : new { Init.WeightsSha256, Init.NewHead, Init.Freeze };
        var deciding = new { Model, DatasetHash, Classes, Settings, Seed, Init = start };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(deciding, WrnJson.Compact)));
    }
}
