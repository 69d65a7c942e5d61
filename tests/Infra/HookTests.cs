using WrnCloud.Infra.Support;

namespace WrnCloud.Infra;

/// <summary>The hooks before provisioning and after deploying, run as programs.</summary>
public sealed class HookTests : IDisposable
{
    private const string T4 = "Consumption-GPU-NC8as-T4";
    private const string Usages = "/providers/Microsoft.App/locations/swedencentral/usages";

    private readonly HookRun _run = new();

    public HookTests()
    {
        _run.Answer("/providers/Microsoft.Web/geoRegions", """{"value":[{"name":"Sweden Central"},{"name":"West US 3"}]}""");
        _run.Answer(
            "/providers/Microsoft.App/locations/swedencentral/availableManagedEnvironmentsWorkloadProfileTypes",
            $$$"""{"value":[{"name":"Consumption"},{"name":"{{{T4}}}"}]}""");
        Quota(used: 0, limit: 2);
        _run.Answer("/providers/Microsoft.", """{"registrationState":"Registered"}""");
        _run.Answer("/api/health", """{"status":"healthy","storage":"healthy"}""");
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Preflight_EverythingThere_SaysSoAndSucceeds()
    {
        var (code, output) = await _run.RunAsync("preflight");

        Assert.True(code == 0, output);
        Assert.Equal(7, output.Split('\n').Count(l => l.StartsWith("ok", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Preflight_NoQuotaNoRegionNoProvider_SaysWhatToDoAboutEach()
    {
        Quota(used: 0, limit: 0);
        _run.Answer("/providers/Microsoft.Web/geoRegions", """{"value":[{"name":"West US 3"}]}""");
        _run.Answer("/providers/Microsoft.App?", """{"registrationState":"NotRegistered"}""");
        _run.Answer("/providers/Microsoft.App/register", "{}", 403);

        var (code, output) = await _run.RunAsync("preflight");

        Assert.Equal(1, code);
        Assert.Contains("az provider register --namespace Microsoft.App", output, StringComparison.Ordinal);
        Assert.Contains("azd env set AZURE_LOCATION <region>`: westus3", output, StringComparison.Ordinal);
        Assert.Contains("azd env set WRN_ACCELERATOR cpu", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_ProviderNotRegistered_RegistersItAndGoesOn()
    {
        _run.Answer("/providers/Microsoft.App?", """{"registrationState":"NotRegistered"}""");
        _run.Answer("/providers/Microsoft.App/register", """{"registrationState":"Registering"}""");

        var (code, output) = await _run.RunAsync("preflight", ("WRN_REGISTER_MINUTES", "0.01"));

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
        _run.Answer(
            "/resourceGroups/rg-hooks/providers/Microsoft.Consumption/budgets/wrncloud",
            there is null ? "{}" : $$"""{ "properties": { "timePeriod": { "startDate": "{{there}}" } } }""", there is null ? 404 : 200);

        var (code, output) = await _run.RunAsync("preflight", ("WRN_BUDGET_START", known), ("AZURE_ENV_NAME", "hooks"));

        Assert.True(code == 0, output);
        Assert.Equal(set is null ? "" : $"set WRN_BUDGET_START={set}\n", _run.WhatWasSet);
    }

    // Some offers have no budgets: azd would learn it at the end of the deployment.
    [Fact]
    public async Task Preflight_OfferWithoutBudgets_NamesTheSettingThatDoesWithout()
    {
        _run.Answer("/providers/Microsoft.Consumption/budgets/wrncloud", """
            {"error":{"code":"400","message":
            "Cost Management supports only Enterprise Agreement, Web direct and Microsoft Customer Agreement offer types."}}
            """, 400);

        var (code, output) = await _run.RunAsync("preflight");
        Assert.Equal(1, code);
        Assert.Contains("azd env set WRN_MONTHLY_BUDGET 0", output, StringComparison.Ordinal);

        (code, output) = await _run.RunAsync("preflight", ("WRN_MONTHLY_BUDGET", "0"));
        Assert.True(code == 0, output);
        Assert.DoesNotContain("budget", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("1", false)]
    public async Task Preflight_FewerGpusThanTrainers_SaysWhichSettingToLower(string trainers, bool warns)
    {
        Quota(used: 0, limit: 1);

        var (code, output) = await _run.RunAsync("preflight", ("WRN_MAX_TRAINERS", trainers));

        Assert.True(code == 0, output);
        Assert.Equal(warns, output.Contains("azd env set WRN_MAX_TRAINERS 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Preflight_NoAzureCli_SaysWhereItIs()
    {
        _run.Script("az", "echo 'Please run az login.' >&2; exit 1");
        var (code, output) = await _run.RunAsync("preflight");
        Assert.Equal(1, code);
        Assert.Contains("Run `az login`", output, StringComparison.Ordinal);

        // Who brings the image along needs none.
        (code, output) = await _run.RunAsync("preflight", ("WRN_NATIVES_IMAGE", "none"));
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task Preflight_NoAnswers_WarnsAndStopsNothing()
    {
        foreach (var path in _run.Answered) _run.Answer(path, "{}", 503);

        var (code, output) = await _run.RunAsync("preflight");

        Assert.True(code == 0, output);
        Assert.Contains("warn  GPU quota: could not be checked: Azure answered 503", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_EveryGpuAtWork_WarnsAndStopsNothing()
    {
        Quota(used: 1, limit: 1);

        var (code, output) = await _run.RunAsync("preflight");

        Assert.True(code == 0, output);
        Assert.Contains("warn  GPU quota: 1 of 1 are in use", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_NothingChosenYet_WarnsAndStopsNothing()
    {
        var (code, output) = await _run.RunAsync("preflight", ("AZURE_LOCATION", ""));

        Assert.True(code == 0, output);
        Assert.Contains("azd env set AZURE_LOCATION", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_UnknownAccelerator_NamesTheKnownOnes()
    {
        var (code, output) = await _run.RunAsync("preflight", ("WRN_ACCELERATOR", "tpu"));

        Assert.Equal(1, code);
        Assert.Contains("gpu-t4, gpu-a100 or cpu", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_OnCpus_AsksForNoGpu()
    {
        var (code, output) = await _run.RunAsync("preflight", ("WRN_ACCELERATOR", "cpu"));

        Assert.True(code == 0, output);
        Assert.DoesNotContain("GPU", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Smoke_HealthyService_Succeeds()
    {
        var (code, output) = await _run.RunAsync("smoke");

        Assert.True(code == 0, output);
        Assert.Contains("is healthy", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Smoke_ServiceThatStaysDown_SaysWhatItAnsweredAndFails()
    {
        _run.Answer("/api/health", """{"status":"unhealthy"}""", 503);

        var (code, output) = await _run.RunAsync("smoke", ("WRN_SMOKE_MINUTES", "0.01"));

        Assert.Equal(1, code);
        Assert.Contains("answers 503", output, StringComparison.Ordinal);
    }

    // There is a quota of dedicated GPUs too, whose name is nearly the same.
    private void Quota(int used, int limit) => _run.Answer(Usages, $$$"""
        {"value":[{"name":{"value":"SubscriptionT4Gpus"},"currentValue":0,"limit":0},
        {"name":{"value":"SubscriptionConsumptionT4Gpus"},"currentValue":{{{used}}},"limit":{{{limit}}}}]}
        """);
}
