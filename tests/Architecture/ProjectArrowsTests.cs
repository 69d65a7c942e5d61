using System.Text.Json;
using System.Xml.Linq;

namespace WrnCloud.Architecture;

/// <summary>Cli → LocalCloud → Functions → Shared ← TrainerJob, and what each of them must not know.</summary>
public sealed class ProjectArrowsTests
{
    public static TheoryData<string, string> Arrows => new()
    {
        { "Shared", "" },
        { "Functions", "Shared" },
        { "LocalCloud", "Functions" },
        { "Cli", "LocalCloud" },
        { "TrainerJob", "Shared" },
    };

    public static TheoryData<string, string[]> Forbidden => new()
    {
        { "Shared", ["torchsharp", "libtorch", "microsoft.aspnetcore", "microsoft.ml.onnxruntime"] },
        { "Functions", ["torchsharp", "libtorch"] },
        { "LocalCloud", ["torchsharp", "libtorch"] },
        { "Cli", ["torchsharp", "libtorch"] },
        { "TrainerJob", ["microsoft.aspnetcore", "microsoft.azure.functions"] },
    };

    [Theory]
    [MemberData(nameof(Arrows))]
    public void ProjectReferences_OfEachProject_AreItsArrows(string project, string arrows)
    {
        var references = Project(project)
            .Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.Equal(arrows, string.Join(' ', references.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void SourceProjects_AreTheOnesWithArrows() =>
        Assert.Equal(
            Arrows.Select(a => $"src/{a.Data.Item1}/{a.Data.Item1}.csproj").Order(StringComparer.Ordinal), Repository.Files("src", "*.csproj"));

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void Dependencies_OfEachProject_HoldNothingForbidden(string project, string[] forbidden)
    {
        var declared = Project(project).Descendants()
            .Where(e => e.Name.LocalName is "PackageReference" or "FrameworkReference")
            .Select(e => e.Attribute("Include")?.Value);
        var locked = Repository.Files($"src/{project}", "packages*.lock.json").SelectMany(Locked).ToList();

        Assert.NotEmpty(locked);
        Assert.Empty(
            declared.OfType<string>().Concat(locked).Where(d => forbidden.Any(f => d.StartsWith(f, StringComparison.OrdinalIgnoreCase))).ToList());
    }

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void Usings_OfEachProject_NameNothingForbidden(string project, string[] forbidden)
    {
        var usings =
            from file in Repository.Files($"src/{project}", "*.cs")
            from line in Repository.Read(file).Split('\n')
            where line.StartsWith("using ", StringComparison.Ordinal)
                && forbidden.Any(f => line.Contains($" {f}", StringComparison.OrdinalIgnoreCase))
            select $"{file}: {line}";

        Assert.Empty(usings);
    }

    [Fact]
    public void SharedAndFunctions_Compiled_ReferToNothingForbidden()
    {
        var shared = typeof(Hosting.WrnJson).Assembly.GetReferencedAssemblies().Select(a => a.Name!).ToList();
        var functions = typeof(Functions.Http.JsonBinder).Assembly.GetReferencedAssemblies().Select(a => a.Name!).ToList();

        string[] heavy = ["TorchSharp", "Microsoft.AspNetCore", "Microsoft.ML", "WrnCloud"];
        Assert.DoesNotContain(shared, a => heavy.Any(h => a.StartsWith(h, StringComparison.Ordinal)));
        Assert.DoesNotContain(
            functions, a => a.StartsWith("TorchSharp", StringComparison.Ordinal) || a is "WrnCloud.TrainerJob" or "WrnCloud.LocalCloud");
        Assert.Contains("WrnCloud.Shared", functions);
    }

    private static XDocument Project(string name) => XDocument.Parse(Repository.Read($"src/{name}/{name}.csproj"));

    private static IEnumerable<string> Locked(string file)
    {
        using var document = JsonDocument.Parse(Repository.Read(file));
        return
        [
            .. document.RootElement.GetProperty("dependencies")
                .EnumerateObject()
                .SelectMany(framework => framework.Value.EnumerateObject())
                .Select(package => package.Name),
        ];
    }
}
