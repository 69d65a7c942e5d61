// Run by azd before it provisions: what would fail after a quarter of an hour is said now, with what to do about it.
// A check that gets no answer is a warning and stops nothing; a check that gets a bad one ends the provisioning.

using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

const string LeastAzd = "1.25.3";
const int DefaultTrainers = 2;
string[] providers =
[
    "Microsoft.App", "Microsoft.Web", "Microsoft.ServiceBus", "Microsoft.Storage", "Microsoft.EventGrid", "Microsoft.ContainerRegistry",
    "Microsoft.OperationalInsights", "Microsoft.Insights", "Microsoft.ManagedIdentity",
    .. HasBudget() ? (string[])["Microsoft.Consumption"] : [],
    .. IsTrue("WRN_USE_VNET") ? (string[])["Microsoft.Network"] : [],
];
var registrationPatience = TimeSpan.FromMinutes(
    double.TryParse(Environment.GetEnvironmentVariable("WRN_REGISTER_MINUTES"), out var minutes) ? minutes : 5);

var subscription = Environment.GetEnvironmentVariable("AZURE_SUBSCRIPTION_ID") ?? "";
var location = Environment.GetEnvironmentVariable("AZURE_LOCATION") ?? "";
if (subscription.Length == 0 || location.Length == 0)
{
    // azd may ask for them only now.
    Say("warn", "preflight", "subscription and region are not chosen yet, so nothing can be checked. With `azd env set AZURE_LOCATION <region>` and "
        + "AZURE_SUBSCRIPTION_ID it could be.");
    return 0;
}

var accelerator = Environment.GetEnvironmentVariable("WRN_ACCELERATOR") is { Length: > 0 } chosen ? chosen : "gpu-t4";
var profile = accelerator switch
{
    "gpu-t4" => "Consumption-GPU-NC8as-T4",
    "gpu-a100" => "Consumption-GPU-NC24-A100",
    "cpu" => null,
    _ => "",
};
if (profile is "")
{
    Say("fail", "accelerator", $"WRN_ACCELERATOR is '{accelerator}'; it can be gpu-t4, gpu-a100 or cpu. "
        + "Choose with `azd env set WRN_ACCELERATOR <one of them>`.");
    return 1;
}

// Another address for a sovereign cloud.
using var arm = new HttpClient
{
    BaseAddress = new Uri(
        Environment.GetEnvironmentVariable("WRN_ARM_ENDPOINT") is { Length: > 0 } endpoint ? endpoint : "https://management.azure.com"),
    Timeout = TimeSpan.FromSeconds(30),
};
var failures = 0;

await CheckAsync("azd", () => Task.FromResult(AzdVersion()));
try
{
    var token = (string?)JsonNode.Parse(Run("azd", "auth", "token", "--output", "json"))?["token"];
    arm.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
}
catch (Exception e)
{
    Say("fail", "sign-in", $"azd has no token ({e.Message.Trim()}). Run `azd auth login`.");
    return 1;
}

if (BuildsNatives()) await CheckAsync("az", () => Task.FromResult(AzCli()));
await CheckAsync("resource providers", ProvidersAsync);
await CheckAsync("Functions Flex Consumption", FlexAsync);
if (profile is not null)
{
    await CheckAsync("GPU profile", ProfileAsync);
    await CheckAsync("GPU quota", QuotaAsync);
}

if (HasBudget()) await CheckAsync("budget", BudgetAsync);

return failures == 0 ? 0 : 1;

string? AzdVersion()
{
    var version = (string?)JsonNode.Parse(Run("azd", "version", "--output", "json"))?["azd"]?["version"]
        ?? throw new FormatException("it does not tell its version");
    return Version.Parse(version.Split('-')[0]) >= Version.Parse(LeastAzd)
        ? null
        : $"azd is {version}; deploying a Container Apps job takes {LeastAzd} or later. Update it: https://aka.ms/azd-install";
}

// The hook that has the registry build the trainer's natives runs it.
string? AzCli()
{
    try
    {
        string[] show = ["account", "show", "--subscription", subscription, "--output", "none"];
        _ = OperatingSystem.IsWindows() ? Run("cmd.exe", ["/c", "az", .. show]) : Run("az", show);
        return null;
    }
    catch (Win32Exception)
    {
        return "az, the Azure CLI, is missing; it has the registry build what the trainer's image stands on. Get it: https://aka.ms/azure-cli";
    }
    catch (InvalidOperationException e)
    {
        return $"az can't use the subscription {subscription} ({e.Message.Trim()}). Run `az login`.";
    }
}

async Task<string?> ProvidersAsync()
{
    var waiting = new List<string>();
    var refused = new List<string>();
    foreach (var provider in providers)
    {
        if (await IsRegisteredAsync(provider)) continue;
        Console.WriteLine($"      registering {provider}, once for the subscription");
        using var answer = await arm.PostAsync($"/subscriptions/{subscription}/providers/{provider}/register?api-version=2021-04-01", null);
        (answer.IsSuccessStatusCode ? waiting : refused).Add(provider);
    }

    // They register side by side, and go on by themselves: what needs one may have to be tried again.
    for (var started = Stopwatch.GetTimestamp(); waiting.Count > 0 && Stopwatch.GetElapsedTime(started) < registrationPatience;)
    {
        await Task.Delay(TimeSpan.FromSeconds(2));
        if (await IsRegisteredAsync(waiting[^1])) waiting.RemoveAt(waiting.Count - 1);
    }

    return refused.Count == 0
        ? null
        : $"The subscription has not registered {string.Join(", ", refused)}, and you may not. Ask an owner to: portal, the subscription, "
            + "Resource providers; or " + string.Join(" && ", refused.Select(m => $"az provider register --namespace {m} --wait"));
}

async Task<bool> IsRegisteredAsync(string provider) =>
    (string?)(await GetAsync($"/subscriptions/{subscription}/providers/{provider}?api-version=2021-04-01"))["registrationState"] is "Registered";

// A budget's start can't be changed, and one in the past can't be given to a new budget: the environment is made to say what is there.
async Task<string?> BudgetAsync()
{
    var known = Environment.GetEnvironmentVariable("WRN_BUDGET_START") ?? "";
    var group = $"rg-{Environment.GetEnvironmentVariable("AZURE_ENV_NAME")}";
    var path = $"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Consumption/budgets/wrncloud?api-version=2024-08-01";
    using var response = await arm.GetAsync(path);
    var body = await response.Content.ReadAsStringAsync();
    if (response.StatusCode == HttpStatusCode.BadRequest && body.Contains("supports only", StringComparison.OrdinalIgnoreCase))
        return "This subscription's offer has no budgets. Do without: `azd env set WRN_MONTHLY_BUDGET 0`. Cost Management shows what is spent.";
    if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.NotFound)
        throw new HttpRequestException($"Azure answered {(int)response.StatusCode}");
    var start = response.IsSuccessStatusCode ? (string?)JsonNode.Parse(body)?["properties"]?["timePeriod"]?["startDate"] ?? "" : "";
    start = start.Split('T')[0];
    if (start != known) Run("azd", "env", "set", "WRN_BUDGET_START", start);
    return null;
}

async Task<string?> FlexAsync()
{
    var answer = await GetAsync($"/subscriptions/{subscription}/providers/Microsoft.Web/geoRegions?sku=FlexConsumption&api-version=2024-11-01");
    var regions = Items(answer).Select(r => Plain((string?)r["name"])).Where(r => r.Length > 0).Order().ToList();
    return regions.Contains(Plain(location))
        ? null
        : $"{location} does not offer Flex Consumption. Choose a region that does with `azd env set AZURE_LOCATION <region>`: "
            + string.Join(", ", regions);
}

async Task<string?> ProfileAsync()
{
    var locations = $"/subscriptions/{subscription}/providers/Microsoft.App/locations/{Plain(location)}";
    var answer = await GetAsync($"{locations}/availableManagedEnvironmentsWorkloadProfileTypes?api-version=2025-01-01");
    var offered = Items(answer).Select(p => (string?)p["name"]).ToList();
    return offered.Contains(profile, StringComparer.OrdinalIgnoreCase)
        ? null
        : $"{location} does not offer {profile}. Choose another region, another accelerator, or train on CPUs: `azd env set WRN_ACCELERATOR cpu`.";
}

async Task<string?> QuotaAsync()
{
    // There is a quota of dedicated GPUs too, whose name is nearly the same.
    var name = accelerator == "gpu-t4" ? "SubscriptionConsumptionT4Gpus" : "SubscriptionConsumptionNCA100Gpus";
    var answer = await GetAsync($"/subscriptions/{subscription}/providers/Microsoft.App/locations/{Plain(location)}/usages?api-version=2025-01-01");
    var usage = Items(answer).FirstOrDefault(u => string.Equals((string?)u["name"]?["value"], name, StringComparison.OrdinalIgnoreCase))
        ?? throw new FormatException($"there is no {name} in the answer");
    var (used, limit) = ((double?)usage["currentValue"] ?? 0, (double?)usage["limit"] ?? 0);
    if (limit < 1)
    {
        return $"The subscription may use no such GPU in {location} ({name} is {limit}). Ask for quota (Azure portal, Quotas, Azure Container Apps, "
            + $"the region, {name}), or train on CPUs until you have it: `azd env set WRN_ACCELERATOR cpu`.";
    }

    var trainers = int.TryParse(Environment.GetEnvironmentVariable("WRN_MAX_TRAINERS"), out var most) ? most : DefaultTrainers;
    if (trainers > limit)
    {
        Say("warn", "GPU quota", $"WRN_MAX_TRAINERS is {trainers} and the quota {limit}: replicas beyond it get no GPU. "
            + $"`azd env set WRN_MAX_TRAINERS {limit}`, or ask for more in the portal, Quotas.");
    }

    if (limit - used < 1) Say("warn", "GPU quota", $"{used} of {limit} are in use; the next trainer waits for one.");
    return null;
}

async Task<JsonNode> GetAsync(string path)
{
    using var response = await arm.GetAsync(path);
    var body = await response.Content.ReadAsStringAsync();
    return response.IsSuccessStatusCode && JsonNode.Parse(body) is { } answer
        ? answer
        : throw new HttpRequestException($"Azure answered {(int)response.StatusCode} to {path.Split('?')[0]}");
}

async Task CheckAsync(string what, Func<Task<string?>> check)
{
    string? problem;
    try
    {
        problem = await check();
    }
    catch (Exception e)
    {
        Say("warn", what, $"could not be checked: {e.Message}");
        return;
    }

    if (problem is not null) failures++;
    Say(problem is null ? "ok" : "fail", what, problem ?? "");
}

// 0 is no budget: not every offer has them.
static bool HasBudget() => Environment.GetEnvironmentVariable("WRN_MONTHLY_BUDGET") is not { } budget || budget.Trim() != "0";

static bool BuildsNatives() => !IsTrue("WRN_USE_VNET") && Environment.GetEnvironmentVariable("WRN_NATIVES_IMAGE") != "none";

static bool IsTrue(string setting) => string.Equals(Environment.GetEnvironmentVariable(setting), "true", StringComparison.OrdinalIgnoreCase);

static void Say(string state, string what, string text) => Console.WriteLine($"{state,-4}  {what}{(text.Length > 0 ? ": " : "")}{text}");

static IEnumerable<JsonNode> Items(JsonNode answer) => (answer["value"] as JsonArray ?? []).OfType<JsonNode>();

static string Plain(string? region) => (region ?? "").Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();

static string Run(string program, params string[] arguments)
{
    var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
    using var process = Process.Start(start)!;
    var error = process.StandardError.ReadToEndAsync();
    var output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return process.ExitCode == 0 ? output : throw new InvalidOperationException(error.Result);
}
