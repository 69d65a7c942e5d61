using WrnCloud.Images;
using WrnCloud.Models;

namespace WrnCloud.TrainerJob.Export;

/// <summary>Text that the cards of trained and of imported models share.</summary>
internal static class CardText
{
    /// <summary>Somebody's words in a cell of a table.</summary>
    public static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    /// <summary>How a picture's middle square is scaled and cropped.</summary>
    public static string View(ImageView view) => view.Resize == view.Crop
        ? $"scaled to {view.Crop}×{view.Crop}"
        : $"scaled to {view.Resize}×{view.Resize}, of that the middle {view.Crop}×{view.Crop}";

    /// <summary>How the export compares with the network.</summary>
    /// <param name="parity">The comparison.</param>
    /// <param name="images">The images, such as "1,000 images".</param>
    public static string Parity(ParityResult parity, string images) =>
        $"largest probability difference {parity.MaxProbabilityDifference:g3}, "
            + $"top-1 agreement {parity.Top1Agreement:P2} on {images}: {(parity.Passed ? "passed" : "failed")}";
}
