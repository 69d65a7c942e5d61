using WrnCloud.Bench;

namespace WrnCloud.DurabilityBench;

/// <summary>Where this benchmark's figures are kept.</summary>
internal static class Evidence
{
    public static SummaryFile File { get; } = new("durability", "durability.md", "Durability on one machine");
}
