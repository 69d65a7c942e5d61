using System.Diagnostics;

namespace WrnCloud.Referee;

/// <summary>
/// The functions as a deployment publishes them, but for the Service Bus extension, which not every feed has:
/// our declaration of its attribute stands in.
/// </summary>
internal static class PublishedFunctions
{
    // A publish builds two projects and one that the worker's SDK generates; it takes minutes where others use the machine.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    /// <summary>Publishes into a folder. What is built on the way is kept in the repository's output tree, for the next time.</summary>
    public static async Task PublishAsync(string folder)
    {
        string[] arguments =
        [
            "publish", "src/Functions", "-c", "Release", "-p:ServiceBusExtension=false", "-p:BillOfMaterials=false",
            $"-p:ArtifactsPath={Path.Combine(Repository.Root, "artifacts", "referee")}", "-nodeReuse:false", "--output", folder,
        ];
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = Repository.Root };
        var (code, output, error) = await ProgramRun.ToEndAsync(start, Limit, CancellationToken.None);
        Assert.True(code == 0, output + error);
    }
}
