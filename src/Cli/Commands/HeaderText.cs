namespace WrnCloud.Cli.Commands;

/// <summary>Values that go into HTTP headers, which take printable ASCII only.</summary>
internal static class HeaderText
{
    /// <summary>The value as it is.</summary>
    /// <exception cref="UsageException">It can't stand in a header. The value itself is not shown: it may be a secret.</exception>
    public static string Checked(string value, string what) => value.Length > 0 && value.All(c => c is >= ' ' and <= '~')
        ? value
        : throw new UsageException($"{what} must consist of printable ASCII characters, and have at least one.");
}
