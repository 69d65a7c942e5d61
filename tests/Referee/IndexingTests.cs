using System.Net.Http.Json;
using System.Text.Json;
using WrnCloud.Functions.Hosting;
using WrnCloud.LocalCloud.FunctionsHost;

namespace WrnCloud.Referee;

/// <summary>The worker indexes the functions that LocalCloud's host finds by reflection.</summary>
[Collection(RefereeCollection.Name)]
[Trait("Category", "Slow")]
public sealed class IndexingTests(RefereeStack stack)
{
    [Fact]
    public async Task Index_OfThePublishedWorker_IsTheLocalHostsCatalogue()
    {
        var indexed = await stack.Host.GetFromJsonAsync<JsonElement>("/admin/functions");

        var local = FunctionCatalog.Discover(typeof(FunctionServices).Assembly).Functions.Select(Describe).Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(local);
        Assert.Equal(local, indexed.EnumerateArray().Select(Describe).Order(StringComparer.Ordinal));
    }

    private static string Describe(FunctionDefinition function) => function switch
    {
        { Http: { } http } => $"{function.Name} {string.Join(',', http.Methods!)} {http.Route} {http.AuthLevel}",
        { ServiceBus: { } bus } => $"{function.Name} {bus.QueueName} {bus.Connection}",
        _ => $"{function.Name} {function.Timer!.Schedule}",
    };

    private static string Describe(JsonElement function)
    {
        var (name, trigger) = (function.GetProperty("name").GetString(), function.GetProperty("trigger"));
        string? Text(string property) => trigger.GetProperty(property).GetString();
        return Text("type") switch
        {
            "httpTrigger" => $"{name} {string.Join(',', trigger.GetProperty("methods").EnumerateArray())} {Text("route")} {Text("authLevel")}",
            "serviceBusTrigger" => $"{name} {Text("queueName")} {Text("connection")}",
            "timerTrigger" => $"{name} {Text("schedule")}",
            var other => $"{name} has a {other}",
        };
    }
}
