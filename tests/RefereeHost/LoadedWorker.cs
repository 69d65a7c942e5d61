using WrnCloud.RefereeHost.Rpc;

namespace WrnCloud.RefereeHost;

/// <summary>A worker that has loaded every function.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="Channel">Where it takes invocations.</param>
/// <param name="HttpUri">Where it takes the requests of HTTP functions.</param>
/// <param name="Functions">What it indexed.</param>
internal sealed record LoadedWorker(int ProcessId, WorkerChannel Channel, string HttpUri, IReadOnlyList<IndexedFunction> Functions);
