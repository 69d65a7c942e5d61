using WrnCloud.Bench;

namespace WrnCloud.PhotosBench;

/// <summary>Where this benchmark's figures are kept.</summary>
internal static class Evidence
{
    public static SummaryFile File { get; } = new("photos", "photos.md", "Photographs, measured");
}
