// Run by azd after it has deployed: is the service up? With WRN_SMOKE_TRAIN=true a tiny job is trained too, end to end, on what the environment
// trains on.

using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

// A first start fetches the code and waits until the identity's roles count.
var patience = TimeSpan.FromMinutes(double.TryParse(Environment.GetEnvironmentVariable("WRN_SMOKE_MINUTES"), out var minutes) ? minutes : 5);
var endpoint = Setting("WRN_ENDPOINT");
using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };

if (!await IsHealthyAsync()) return 1;
if (!string.Equals(Environment.GetEnvironmentVariable("WRN_SMOKE_TRAIN"), "true", StringComparison.OrdinalIgnoreCase))
{
    Console.WriteLine("      To train a tiny job end to end as well: azd env set WRN_SMOKE_TRAIN true, then azd hooks run postdeploy");
    return 0;
}

var key = await FunctionKeyAsync();
return Wrn("datasets", "push", "shapes10", "--format", "shapes10") is not 0 and var pushed ? pushed
    : Wrn("train", "--dataset", "shapes10", "--recipe", "fast/shapes10", "--epochs", "1", "--publish-as", "smoke", "--watch");

async Task<bool> IsHealthyAsync()
{
    var started = Stopwatch.GetTimestamp();
    for (var last = ""; ;)
    {
        try
        {
            using var response = await http.GetAsync($"{endpoint}/api/health");
            if (response.IsSuccessStatusCode)
            {
                Console.WriteLine($"ok    {endpoint} is healthy");
                return true;
            }

            last = $"it answers {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}";
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            last = e.Message;
        }

        if (Stopwatch.GetElapsedTime(started) > patience)
        {
            Console.WriteLine($"fail  {endpoint} is not healthy after {patience.TotalMinutes:0.#} min: {last}");
            Console.WriteLine("      A role may not count yet: wait a minute and run `azd deploy` again. "
                + "The app's log stream is in the portal, under Monitoring.");
            return false;
        }

        await Task.Delay(TimeSpan.FromSeconds(3));
    }
}

async Task<string> FunctionKeyAsync()
{
    var arm = Environment.GetEnvironmentVariable("WRN_ARM_ENDPOINT") is { Length: > 0 } address ? address : "https://management.azure.com";
    var token = (string?)JsonNode.Parse(Output("azd", "auth", "token", "--output", "json"))?["token"];
    var app = $"/subscriptions/{Setting("AZURE_SUBSCRIPTION_ID")}/resourceGroups/{Setting("AZURE_RESOURCE_GROUP")}"
        + $"/providers/Microsoft.Web/sites/{Setting("WRN_FUNCTION_APP")}";
    using var request = new HttpRequestMessage(HttpMethod.Post, $"{arm}{app}/host/default/listkeys?api-version=2024-11-01");
    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
    using var response = await http.SendAsync(request);
    response.EnsureSuccessStatusCode();
    return (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())?["functionKeys"]?["default"]
        ?? throw new InvalidOperationException("The app has no function key named default.");
}

// The key goes by the environment: a command line is visible to everybody on the machine.
int Wrn(params string[] arguments)
{
    var root = new DirectoryInfo(Environment.CurrentDirectory);
    while (root is not null && !File.Exists(Path.Combine(root.FullName, "azure.yaml"))) root = root.Parent;
    var folder = root?.FullName ?? throw new InvalidOperationException("No azure.yaml here or above.");
    var program = Path.Combine(folder, OperatingSystem.IsWindows() ? "wrn.cmd" : "wrn");
    var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false };
    start.Environment["WRN_ENDPOINT"] = endpoint;
    start.Environment["WRN_KEY"] = key;
    using var process = Process.Start(start)!;
    process.WaitForExit();
    return process.ExitCode;
}

static string Setting(string name) =>
    Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new ArgumentException($"{name} is not set; azd sets it after provisioning.");

static string Output(string program, params string[] arguments)
{
    using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
    var output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
}
