namespace WrnCloud.Models;

/// <summary>The machine and the software that a model was trained with.</summary>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="OperatingSystem">Name and version.</param>
/// <param name="Processor">The processor's name, or its architecture if the name can't be read.</param>
/// <param name="LogicalProcessors">Processors visible to the process.</param>
/// <param name="Device">The device that the network was computed on: <c>CPU</c> or <c>CUDA</c>.</param>
/// <param name="Libtorch">The version that libtorch reports.</param>
public sealed record ReceiptMachine(string Runtime, string OperatingSystem, string Processor, int LogicalProcessors, string Device, string Libtorch);
