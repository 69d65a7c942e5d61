using System.Text.Json.Nodes;
using Json.Schema;

namespace WrnCloud.Infra.Support;

/// <summary>
/// The schemas of azd, Compose, KEDA and the emulator, in the folder that <c>WRN_SCHEMAS</c> names;
/// they are other people's and not in the repository.
/// </summary>
internal static class Schemas
{
    private const string Variable = "WRN_SCHEMAS";

    /// <summary>A schema's text. Skips the test where there is none.</summary>
    public static string Read(string file)
    {
        var folder = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(folder), $"{Variable} names no folder with {file}.");
        return File.ReadAllText(Path.Combine(folder!, file));
    }

    /// <summary>Fails with every place where <paramref name="instance"/> does not fit.</summary>
    public static void Check(JsonNode schema, JsonNode instance)
    {
        var results = JsonSchema.FromText(schema.ToJsonString()).Evaluate(instance, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(
            results.IsValid,
            string.Join('\n', results.Details.Where(d => d.HasErrors).SelectMany(d => d.Errors!.Select(e => $"{d.InstanceLocation}: {e.Value}"))));
    }
}
