namespace WrnCloud.Models;

/// <summary>What a model was trained on and with.</summary>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="OperatingSystem">Name and version.</param>
/// <param name="Processor">The processor's name, or its architecture where it has none to read.</param>
/// <param name="LogicalProcessors">Processors that the process saw.</param>
/// <param name="Device">What the network was computed on: <c>CPU</c> or <c>CUDA</c>.</param>
/// <param name="Libtorch">libtorch's version as it names itself.</param>
public sealed record ReceiptMachine(string Runtime, string OperatingSystem, string Processor, int LogicalProcessors, string Device, string Libtorch);
