using WrnCloud.Cli;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Stack;

namespace WrnCloud.EndToEnd.Support;

/// <summary>The command <c>wrn</c>, run in a folder below which the stack is found.</summary>
internal static class Wrn
{
    public static async Task<(int Code, string Text)> RunAsync(RunningStack stack, params string[] arguments)
    {
        using var folder = new TempFolder();
        var state = Directory.CreateDirectory(Path.Combine(folder.Path, ".wrn")).FullName;
        File.Copy(Path.Combine(stack.Folder.Path, StackDescription.FileName), Path.Combine(state, StackDescription.FileName));
        return await RunAsync(folder.Path, arguments);
    }

    /// <summary>Runs it in a folder: the exit code and what it printed on both streams.</summary>
    public static async Task<(int Code, string Text)> RunAsync(string folder, params string[] arguments)
    {
        await using var text = new StringWriter();
        var context = new CliContext
        {
            Out = CliContext.Open(text),
            Error = CliContext.Open(text),
            Data = text,
            Variable = _ => null,
            Folder = folder,
            Clock = TimeProvider.System,
            Ids = new RandomIdSource(),
        };
        var code = await Cli.Program.RunAsync(context, arguments);
        return (code, text.ToString());
    }
}
