using System.Text.RegularExpressions;

namespace WrnCloud.Infra;

/// <summary>What the gallery of azd's templates asks of one, besides templates that deploy.</summary>
public sealed partial class GalleryTests
{
    [Theory]
    [InlineData("## Features")]
    [InlineData("## Getting Started")]
    [InlineData("## Guidance")]
    [InlineData("## Resources")]
    public void Readme_HasTheSectionsThatReadersOfTheGalleryKnow(string heading) =>
        Assert.Contains(heading, Repository.Read("README.md").Split('\n'));

    [Theory]
    [InlineData("LICENSE")]
    [InlineData("SECURITY.md")]
    [InlineData("CODE_OF_CONDUCT.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("azure.yaml")]
    [InlineData("infra/main.bicep")]
    [InlineData(".devcontainer/devcontainer.json")]
    [InlineData(".github/workflows/azure-dev.yml")]
    [InlineData(".github/ISSUE_TEMPLATE")]
    public void Repository_HasWhatTheGalleryAsksFor(string path) => Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), path);

    [Fact]
    public void Links_OfTheDocuments_LeadSomewhere()
    {
        string[] documents = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md", .. Repository.Files("docs", "*.md")];

        foreach (var document in documents)
        {
            var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
            foreach (var link in Link().Matches(Repository.Read(document)).Select(m => m.Groups))
            {
                var file = link["file"].Length == 0 ? Path.Combine(Repository.Root, document) : Path.Combine(folder, link["file"].Value);
                Assert.True(Path.Exists(file), $"{document} leads to {link["file"].Value}");
                if (link["anchor"].Length > 0) Assert.Contains(link["anchor"].Value, Anchors(file));
            }
        }
    }

    // As GitHub makes them of headings.
    private static IEnumerable<string> Anchors(string file) => File.ReadLines(file)
        .Where(l => l.StartsWith('#'))
        .Select(l => l.TrimStart('#').Trim().ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_'))
        .Select(letters => new string([.. letters]).Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?!https?://)(?<file>[^)#]*)(#(?<anchor>[^)]*))?\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
