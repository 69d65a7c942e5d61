namespace WrnCloud.Cli.Output;

/// <summary>
/// Standard output or error of a terminal that may be closed while the command runs: output is then dropped, and
/// the command still ends normally. Any other failure, such as a full disk, is still reported.
/// </summary>
internal sealed class TerminalStream(Stream inner) : Stream
{
    /// <summary>EIO, the system's error for a closed terminal. .NET's console does not treat a closed pipe as an error.</summary>
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

    /// <summary>Makes the console's output and error survive a closed terminal.</summary>
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
            // There is no reader.
        }
    }
}
