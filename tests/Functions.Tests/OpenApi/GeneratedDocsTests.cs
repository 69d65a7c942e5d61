using WrnCloud.Errors;

namespace WrnCloud.Functions.Tests.OpenApi;

public sealed class GeneratedDocsTests
{
    private const string Update = "WRN_UPDATE_DOCS";

    [Fact]
    public void ErrorsPage_IsWhatTheCatalogueSays() => Compare("docs/errors.md", ErrorsMarkdown.Render());

    [Fact]
    public void ApiPage_IsWhatTheOperationsSay() => Compare("docs/api.md", ApiMarkdown.Render());

    [Fact]
    public void Catalogue_EveryCode_IsUsedInSource()
    {
        var source = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(
                f => Path.GetFileName(f) != "ErrorCatalogue.cs"
                    && !f.Contains($"{Path.DirectorySeparatorChar}OpenApi{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText));
        var fields = typeof(ErrorCatalogue).GetFields().Where(f => f.FieldType == typeof(ErrorCode)).Select(f => f.Name);

        var unused = fields.Where(f => !source.Split($"ErrorCatalogue.{f}").Skip(1).Any(rest => !char.IsAsciiLetter(rest[0]))).ToList();

        Assert.Empty(unused);
    }

    [Fact]
    public void Catalogue_Codes_AreUniqueAndWellFormed()
    {
        Assert.Equal(ErrorCatalogue.All.Count, ErrorCatalogue.All.Select(e => e.Code).Distinct().Count());
        Assert.All(ErrorCatalogue.All, e => Assert.Matches(@"\A[a-z]+(-[a-z]+)*\z", e.Code));
        Assert.All(ErrorCatalogue.All, e => Assert.InRange(e.Status, 400, 599));
        Assert.All(ErrorCatalogue.All, e => Assert.EndsWith(".", e.Title + e.Remedy, StringComparison.Ordinal));
    }

    private static void Compare(string file, string expected)
    {
        var path = Path.Combine(Repository.Root, file);
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, expected);
            return;
        }

        var found = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        Assert.True(
            found == expected,
            $"{file} is not what the code says. Run: dotnet test tests/Functions.Tests -e {Update}=1 --filter GeneratedDocs, and commit the file.");
    }
}
