namespace WrnCloud.MlNetPeer;

/// <summary>What one of ML.NET's trainers reached.</summary>
/// <param name="Trainer">Its name.</param>
/// <param name="Correct">Test pictures that it named rightly.</param>
/// <param name="Seconds">From the start of the process to the figure, with the features but without the other trainers.</param>
internal sealed record FitResult(string Trainer, int Correct, double Seconds);
