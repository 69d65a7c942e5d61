namespace WrnCloud.Hosting;

/// <summary>
/// Ties a process to the one that started it: its standard input is a pipe held by the parent, so that the pipe closes when the parent
/// ends, however it dies.
/// </summary>
public static class ParentProcess
{
    /// <summary>The argument that enables it; without it standard input is left alone.</summary>
    public const string Option = "--parent-stdin";

    /// <summary>A token that is cancelled when standard input ends, or when <paramref name="also"/> is.</summary>
    public static CancellationToken EndsWith(IEnumerable<string> args, CancellationToken also)
    {
        if (!args.Contains(Option)) return also;
#pragma warning disable CA2000 // Lives as long as the process.
        var source = CancellationTokenSource.CreateLinkedTokenSource(also);
#pragma warning restore CA2000

        // A dedicated thread: reading a pipe blocks, and would tie up a pool thread.
        var reader = new Thread(() =>
        {
            using var input = Console.OpenStandardInput();
            Span<byte> buffer = stackalloc byte[256];
            while (input.Read(buffer) > 0)
            {
                // No data is ever sent on this pipe; only its end matters.
            }

            source.Cancel();
        })
        { IsBackground = true, Name = "parent watch" };
        reader.Start();
        return source.Token;
    }
}
