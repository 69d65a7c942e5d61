namespace WrnCloud.TrainingBench;

/// <summary>A measurement that could not be made; a sentence.</summary>
internal sealed class BenchException(string message) : Exception(message);
