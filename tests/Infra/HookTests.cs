using System.Diagnostics;
using System.Net;
using System.Text;

namespace WrnCloud.Infra;

/// <summary>The hooks as azd runs them, as programs, with an azd and an Azure that give the documented answers over a real socket.</summary>
public sealed class HookTests : IAsyncLifetime
{
    private const string T4 = "Consumption-GPU-NC8as-T4";

    private readonly string _folder = Directory.CreateTempSubdirectory("wrn-hooks-").FullName;
    private readonly HttpListener _azure = new();
    private readonly Dictionary<string, (int Status, string Body)> _answers = [];
    private string _endpoint = "";

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in for azd is a shell script.");
        var azd = Path.Combine(_folder, "azd");
        File.WriteAllText(azd, """
            #!/bin/sh
            case "$1" in
                version) echo '{"azd":{"version":"1.31.2","commit":"0"}}' ;;
                auth) echo '{"token":"t","expiresOn":"2030-01-01T00:00:00Z"}' ;;
                env) echo "$2 $3=$4" >> "$(dirname "$0")/set" ;;
            esac
            """.ReplaceLineEndings("\n"));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(azd, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        for (var port = 20_000 + (Environment.ProcessId % 20_000); ; port++)
        {
            _azure.Prefixes.Clear();
            _azure.Prefixes.Add(_endpoint = $"http://127.0.0.1:{port}/");
            try
            {
                _azure.Start();
                break;
            }
            catch (HttpListenerException)
            {
                // Taken; the next.
            }
        }

        _ = ServeAsync();
        Answer("/providers/Microsoft.Web/geoRegions", """{"value":[{"name":"Sweden Central"},{"name":"West US 3"}]}""");
        Answer("/providers/Microsoft.App/locations/swedencentral/availableManagedEnvironmentsWorkloadProfileTypes", $$$"""{"value":[{"name":"Consumption"},{"name":"{{{T4}}}"}]}""");
        Answer("/providers/Microsoft.App/locations/swedencentral/usages", """{"value":[{"name":{"value":"SubscriptionT4Gpus"},"currentValue":0,"limit":0},{"name":{"value":"SubscriptionConsumptionT4Gpus"},"currentValue":0,"limit":1}]}""");
        Answer("/providers/Microsoft.", """{"registrationState":"Registered"}""");
        Answer("/api/health", """{"status":"healthy","storage":"healthy"}""");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _azure.Close();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Preflight_EverythingThere_SaysSoAndSucceeds()
    {
        var (code, output) = await RunAsync("preflight");

        Assert.True(code == 0, output);
        Assert.Equal(6, output.Split('\n').Count(l => l.StartsWith("ok", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Preflight_NoQuotaNoRegionNoProvider_SaysWhatToDoAboutEach()
    {
        Answer("/providers/Microsoft.App/locations/swedencentral/usages", """{"value":[{"name":{"value":"SubscriptionConsumptionT4Gpus"},"currentValue":0,"limit":0}]}""");
        Answer("/providers/Microsoft.Web/geoRegions", """{"value":[{"name":"West US 3"}]}""");
        Answer("/providers/Microsoft.App?", """{"registrationState":"NotRegistered"}""");
        Answer("/providers/Microsoft.App/register", "{}", 403);

        var (code, output) = await RunAsync("preflight");

        Assert.Equal(1, code);
        Assert.Contains("az provider register --namespace Microsoft.App", output, StringComparison.Ordinal);
        Assert.Contains("azd env set AZURE_LOCATION <region>`: westus3", output, StringComparison.Ordinal);
        Assert.Contains("azd env set WRN_ACCELERATOR cpu", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_ProviderNotRegistered_RegistersItAndGoesOn()
    {
        Answer("/providers/Microsoft.App?", """{"registrationState":"NotRegistered"}""");
        Answer("/providers/Microsoft.App/register", """{"registrationState":"Registering"}""");

        var (code, output) = await RunAsync("preflight", ("WRN_REGISTER_MINUTES", "0.01"));

        Assert.True(code == 0, output);
        Assert.Contains("registering Microsoft.App", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "2026-03-01T00:00:00Z", "2026-03-01")]
    [InlineData("2026-02-01", "2026-03-01T00:00:00Z", "2026-03-01")]
    [InlineData("2026-03-01", "2026-03-01T00:00:00Z", null)]
    [InlineData("2026-02-01", null, "")]
    [InlineData("", null, null)]
    public async Task Preflight_Budget_TellsTheEnvironmentTheStartThatIsThere(string known, string? there, string? set)
    {
        if (there is not null) Answer("/resourceGroups/rg-hooks/providers/Microsoft.Consumption/budgets/wrncloud", $$"""{ "properties": { "timePeriod": { "startDate": "{{there}}" } } }""");
        else Answer("/resourceGroups/rg-hooks/providers/Microsoft.Consumption/budgets/wrncloud", "{}", 404);

        var (code, output) = await RunAsync("preflight", ("WRN_BUDGET_START", known), ("AZURE_ENV_NAME", "hooks"));

        Assert.True(code == 0, output);
        Assert.Equal(set is null ? "" : $"set WRN_BUDGET_START={set}\n", WhatWasSet());
    }

    [Fact]
    public async Task Predeploy_Always_MakesAzdDeployTheTrainersModuleAgain()
    {
        var (code, output) = await RunAsync("predeploy");

        Assert.True(code == 0, output);
        Assert.Equal("set SERVICE_TRAINER_TEMPLATE_HASH=none\n", WhatWasSet());
    }

    [Fact]
    public async Task Preflight_NoAnswers_WarnsAndStopsNothing()
    {
        foreach (var path in _answers.Keys.ToList()) Answer(path, "{}", 503);

        var (code, output) = await RunAsync("preflight");

        Assert.True(code == 0, output);
        Assert.Contains("warn  GPU quota: could not be checked: Azure answered 503", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_EveryGpuAtWork_WarnsAndStopsNothing()
    {
        Answer("/providers/Microsoft.App/locations/swedencentral/usages", """{"value":[{"name":{"value":"SubscriptionConsumptionT4Gpus"},"currentValue":1,"limit":1}]}""");

        var (code, output) = await RunAsync("preflight");

        Assert.True(code == 0, output);
        Assert.Contains("warn  GPU quota: 1 of 1 are in use", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_NothingChosenYet_WarnsAndStopsNothing()
    {
        var (code, output) = await RunAsync("preflight", ("AZURE_LOCATION", ""));

        Assert.True(code == 0, output);
        Assert.Contains("azd env set AZURE_LOCATION", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_UnknownAccelerator_NamesTheKnownOnes()
    {
        var (code, output) = await RunAsync("preflight", ("WRN_ACCELERATOR", "tpu"));

        Assert.Equal(1, code);
        Assert.Contains("gpu-t4, gpu-a100 or cpu", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_OnCpus_AsksForNoGpu()
    {
        var (code, output) = await RunAsync("preflight", ("WRN_ACCELERATOR", "cpu"));

        Assert.True(code == 0, output);
        Assert.DoesNotContain("GPU", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Smoke_HealthyService_Succeeds()
    {
        var (code, output) = await RunAsync("smoke");

        Assert.True(code == 0, output);
        Assert.Contains("is healthy", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Smoke_ServiceThatStaysDown_SaysWhatItAnsweredAndFails()
    {
        Answer("/api/health", """{"status":"unhealthy"}""", 503);

        var (code, output) = await RunAsync("smoke", ("WRN_SMOKE_MINUTES", "0.01"));

        Assert.Equal(1, code);
        Assert.Contains("answers 503", output, StringComparison.Ordinal);
    }

    private string WhatWasSet() => Path.Combine(_folder, "set") is var file && File.Exists(file) ? File.ReadAllText(file) : "";

    private void Answer(string path, string body, int status = 200)
    {
        lock (_answers) _answers[path] = (status, body);
    }

    private async Task ServeAsync()
    {
        while (_azure.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _azure.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            // The longest that fits is the most particular.
            var asked = context.Request.RawUrl!;
            (int Status, string Body) answer;
            lock (_answers) answer = _answers.Where(a => asked.Contains(a.Key, StringComparison.Ordinal)).OrderByDescending(a => a.Key.Length).Select(a => a.Value).FirstOrDefault((404, "{}"));
            context.Response.StatusCode = answer.Status;
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer.Body));
            context.Response.Close();
        }
    }

    private async Task<(int Code, string Output)> RunAsync(string hook, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", ["run", $"infra/hooks/{hook}.cs"]) { WorkingDirectory = Repository.Root };
        start.Environment["PATH"] = $"{_folder}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["AZURE_SUBSCRIPTION_ID"] = "00000000-0000-0000-0000-000000000001";
        start.Environment["AZURE_LOCATION"] = "swedencentral";
        start.Environment["WRN_ARM_ENDPOINT"] = _endpoint.TrimEnd('/');
        start.Environment["WRN_ENDPOINT"] = _endpoint.TrimEnd('/');
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var (code, output, error) = await ProgramRun.ToEndAsync(start, TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        return (code, output + error);
    }
}
