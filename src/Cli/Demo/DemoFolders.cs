namespace WrnCloud.Cli.Demo;

/// <summary>
/// Where the demo writes: the service's state, and what the user looks at afterwards. A temporary state folder goes with it unless something failed.
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

    /// <summary>A folder below the output, emptied of an earlier demo's files.</summary>
    public string Fresh(string name)
    {
        var folder = Path.Combine(Output, name);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>Leaves the state folder, with its logs, for a look at what went wrong.</summary>
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
            // A file still held open by a process that ends just now: the system's own clean-up takes it later.
        }
    }
}
