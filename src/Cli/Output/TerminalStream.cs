namespace WrnCloud.Cli.Output;

/// <summary>
/// Standard output or error of a terminal that may be closed while the command goes on: what can't be shown to anybody any more is dropped, and
/// the command still ends in order. Every other failure, such as a full disk, stays one.
/// </summary>
internal sealed class TerminalStream(Stream inner) : Stream
{
    /// <summary>EIO, what the system answers on a terminal that has gone. A closed pipe is no error to .NET's console.</summary>
    private const int InputOutputError = 5;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Makes the console's output and error survive the end of their terminal.</summary>
    public static void Guard()
    {
        Console.SetOut(Writer(Console.OpenStandardOutput()));
        Console.SetError(Writer(Console.OpenStandardError()));
    }

    public override void Flush() => Try(inner.Flush);

    public override void Write(byte[] buffer, int offset, int count) => Try(() => inner.Write(buffer, offset, count));

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static StreamWriter Writer(Stream stream) =>
        new(new TerminalStream(stream), new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (IOException e) when (!OperatingSystem.IsWindows() && e.HResult == InputOutputError)
        {
            // Nobody is there to read it.
        }
    }
}
