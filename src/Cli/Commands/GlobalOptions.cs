using System.CommandLine;

namespace WrnCloud.Cli.Commands;

/// <summary>Options of every command.</summary>
internal static class GlobalOptions
{
    public static Option<string?> Endpoint { get; } = new("--endpoint")
    {
        Description = "The service's address, such as https://NAME.azurewebsites.net. Default: WRN_ENDPOINT, else the running local stack's.",
        HelpName = "URL",
        Recursive = true,
    };

    public static Option<string?> Key { get; } = new("--key")
    {
        Description = "The function key. Default: WRN_KEY, else the running local stack's.",
        Recursive = true,
    };

    /// <summary>For commands that can print the API's response.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print the API's response as JSON." };
}
