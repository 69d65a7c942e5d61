namespace WrnCloud.Hosting;

/// <summary>
/// Ties a process to the one that started it: its standard input is a pipe whose other end the parent holds, so the pipe closes when the
/// parent ends, however it dies.
/// </summary>
public static class ParentProcess
{
    /// <summary>The argument that asks for it; without it standard input is left alone.</summary>
    public const string Option = "--parent-stdin";

    /// <summary>A token that is cancelled when standard input ends, or when <paramref name="also"/> is.</summary>
    public static CancellationToken EndsWith(IEnumerable<string> args, CancellationToken also)
    {
        if (!args.Contains(Option)) return also;
#pragma warning disable CA2000 // Lives as long as the process.
        var source = CancellationTokenSource.CreateLinkedTokenSource(also);
#pragma warning restore CA2000

        // A thread of its own: reading a pipe blocks, and a blocked pool thread would be missed.
        var reader = new Thread(() =>
        {
            using var input = Console.OpenStandardInput();
            Span<byte> buffer = stackalloc byte[256];
            while (input.Read(buffer) > 0)
            {
                // Nothing is ever said on this pipe; only its end matters.
            }

            source.Cancel();
        })
        { IsBackground = true, Name = "parent watch" };
        reader.Start();
        return source.Token;
    }
}
