using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using WrnCloud.Cli;
using WrnCloud.EndToEnd.Support;
using WrnCloud.LocalCloud.Stack;

namespace WrnCloud.EndToEnd;

/// <summary>Where the stack listens and who may read what it keeps.</summary>
public sealed class AddressTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string State => Path.Combine(_folder.Path, "state");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Stack_StartedAgain_HasTheAddressesOfBeforeAndThePortThatWasAskedFor()
    {
        var port = FreePort();
        var first = await StartAsync(port);
        await first.DisposeAsync();

        await using var second = await StartAsync(null);

        Assert.Equal(port, first.Endpoint.Port);
        Assert.Equal(
            (first.Endpoint, first.StorageConnectionString, first.ServiceBusConnectionString, first.BrokerAdmin),
            (second.Endpoint, second.StorageConnectionString, second.ServiceBusConnectionString, second.BrokerAdmin));
    }

    [Fact]
    public async Task Stack_WhosePortWasTakenMeanwhile_TakesAnotherAndSaysSo()
    {
        var first = await StartAsync(null);
        await first.DisposeAsync();
        using var other = new TcpListener(IPAddress.Loopback, first.Endpoint.Port);
        other.Start();
        var events = new List<string>();

        await using var second = await StartAsync(null, events.Add);

        Assert.NotEqual(first.Endpoint, second.Endpoint);
        Assert.Equal(first.StorageConnectionString, second.StorageConnectionString);
        Assert.Contains(events, e => e.Contains($"port {first.Endpoint.Port}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Port_AskedForButTaken_IsASentence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var (code, text) = await Wrn.RunAsync(_folder.Path, "up", "--state", State, "--port", $"{port}");

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains(
            $"The local stack did not start: Port {port} is taken by another program. Choose another with --port.", text, StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task State_IsForItsOwnerAlone_AndIsMadeSoAgain()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Modes are Unix's.");
        await (await StartAsync(null)).DisposeAsync();
        string[] all = [State, .. Directory.EnumerateFileSystemEntries(State, "*", SearchOption.AllDirectories)];
        Assert.True(all.Length > 10);
        Assert.All(all, p => Assert.Equal((p, UnixFileMode.None), (p, File.GetUnixFileMode(p) & Others)));
        foreach (var path in all) File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        await using var again = await StartAsync(null);

        Assert.All(all.Where(Path.Exists), p => Assert.Equal((p, UnixFileMode.None), (p, File.GetUnixFileMode(p) & Others)));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Folder_ThatHoldsOtherThingsToo_KeepsItsMode()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Modes are Unix's.");
        const UnixFileMode Mode =
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        Directory.CreateDirectory(State, Mode);
        await File.WriteAllTextAsync(Path.Combine(State, "notes.txt"), "");

        await using var stack = await StartAsync(null);

        Assert.Equal(Mode, File.GetUnixFileMode(State));
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.Combine(State, "keys.json")) & Others);
    }

    private static UnixFileMode Others =>
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private Task<LocalStack> StartAsync(int? port, Action<string>? onEvent = null) => LocalStack.StartAsync(
        new LocalStackOptions { StateFolder = State, StartTrainers = false, Port = port, OnEvent = onEvent }, TestContext.Current.CancellationToken);
}
