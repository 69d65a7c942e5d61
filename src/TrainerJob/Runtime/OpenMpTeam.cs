using System.Runtime.InteropServices;

namespace WrnCloud.TrainerJob.Runtime;

/// <summary>
/// Runs our own loops on the threads that libtorch computes with. Threads of the .NET pool would be a second team for the same processors: while
/// either looks out for its next work it keeps the other from its own.
/// </summary>
internal static unsafe class OpenMpTeam
{
    // void GOMP_parallel(void (*)(void *), void *, unsigned threads, unsigned flags); null where libtorch has another OpenMP.
    private static readonly delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void> Parallel = Find();

    /// <summary>Whether the loops run on libtorch's threads; elsewhere on those of the .NET pool.</summary>
    public static bool IsShared => Parallel != null;

    /// <summary>Runs <paramref name="body"/> for 0 to <paramref name="count"/> − 1, in any order, on so many threads at most.</summary>
    /// <exception cref="AggregateException">What the bodies threw.</exception>
    public static void For(int count, int threads, Action<int> body)
    {
        if (Parallel == null)
        {
            System.Threading.Tasks.Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, body);
            return;
        }

        var loop = new Loop(count, body);
        var handle = GCHandle.Alloc(loop);
        try
        {
            Parallel(&Run, GCHandle.ToIntPtr(handle), (uint)Math.Min(threads, count), 0);
        }
        finally
        {
            handle.Free();
        }

        if (loop.Failure is { } failure) throw new AggregateException(failure);
    }

    // Nothing managed may be thrown through OpenMP's frames.
    [UnmanagedCallersOnly]
    private static void Run(nint handle)
    {
        var loop = (Loop)GCHandle.FromIntPtr(handle).Target!;
        try
        {
            loop.Run();
        }
#pragma warning disable CA1031 // It is thrown again by the caller.
        catch (Exception e)
#pragma warning restore CA1031
        {
            loop.Failure = e;
        }
    }

    private static delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void> Find()
    {
        // By the library that is loaded already: a second OpenMP would be a second team again.
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("torch_cpu", typeof(TorchSharp.torch).Assembly, null, out var torch)) return null;
        NativeLibrary.TryGetExport(torch, "GOMP_parallel", out var parallel);
        return (delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void>)parallel;
    }

    private sealed class Loop(int count, Action<int> body)
    {
        private int _next;

        public volatile Exception? Failure;

        public void Run()
        {
            for (var i = Interlocked.Increment(ref _next) - 1; i < count; i = Interlocked.Increment(ref _next) - 1) body(i);
        }
    }
}
