namespace WrnCloud.Cli.Demo;

/// <summary>
/// The demo's folders: the service's state, and the output for the user. A temporary state folder is deleted at the end unless something failed.
/// </summary>
internal sealed class DemoFolders : IDisposable
{
    private bool removesState;

    public DemoFolders(DemoPlan plan, string currentFolder)
    {
        State = plan.StateFolder ?? Directory.CreateTempSubdirectory("wrn-demo-").FullName;
        removesState = plan is { StateFolder: null, Keep: false };
        Output = Path.Combine(currentFolder, DemoPlan.OutputFolder);
        Directory.CreateDirectory(Output);
    }

    public string State { get; }

    public string Output { get; }

    public bool KeepsState => !removesState;

    /// <summary>A folder below the output, cleared of an earlier demo's files.</summary>
    public string Fresh(string name)
    {
        var folder = Path.Combine(Output, name);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>Keeps the state folder with its logs, to investigate a failure.</summary>
    public void KeepState() => removesState = false;

    public void Dispose()
    {
        if (!removesState) return;
        try
        {
            Directory.Delete(State, recursive: true);
        }
        catch (IOException)
        {
            // A file is still held open by a process that is exiting; the system's own clean-up removes it later.
        }
    }
}
