namespace WrnCloud.Cli.Commands;

/// <summary>Validates values for HTTP headers, which allow printable ASCII only.</summary>
internal static class HeaderText
{
    /// <summary>Returns the value unchanged.</summary>
    /// <exception cref="UsageException">It is not allowed in a header. The value itself is not shown: it may be a secret.</exception>
    public static string Checked(string value, string what) => value.Length > 0 && value.All(c => c is >= ' ' and <= '~')
        ? value
        : throw new UsageException($"{what} must consist of printable ASCII characters, and have at least one.");
}
