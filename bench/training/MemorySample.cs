namespace WrnCloud.TrainingBench;

/// <summary>The process's memory between two steps, in bytes.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Resident">The resident set.</param>
/// <param name="Managed">What of it .NET's heap holds, garbage included.</param>
internal sealed record MemorySample(int Step, long Resident, long Managed);
