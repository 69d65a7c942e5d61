namespace WrnCloud.Cli;

/// <summary>Exit codes; every <c>--help</c> lists them.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int Refused = 3;
    public const int Unreachable = 4;

    /// <summary>The code that shells report after Ctrl-C: 128 + SIGINT.</summary>
    public const int Interrupted = 130;

    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Ok, "done"),
        (Failed, "failure: a watched job ended Failed or Cancelled, or a check failed"),
        (WrongUsage, "usage error: an argument is missing or not allowed"),
        (Refused, "the server rejected the request; every wrong field is printed"),
        (Unreachable, "the endpoint does not answer"),
        (Interrupted, "interrupted by Ctrl-C"),
    ];
}
