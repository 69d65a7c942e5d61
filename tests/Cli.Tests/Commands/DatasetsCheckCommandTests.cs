using System.Text.Json;
using WrnCloud.Images;

namespace WrnCloud.Cli.Tests.Commands;

public sealed class DatasetsCheckCommandTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Check_GoodFolder_CountsAndEndsWell()
    {
        Write("cat", 1, 2, 3);
        Write("dog", 4, 5);

        var run = await Wrn.RunAsync(["datasets", "check", folder.Path]);

        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Contains("5 pictures, 2 classes", run.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing stands in the way of training.", run.Output, StringComparison.Ordinal);
        Assert.Contains("fewer than 5 training pictures", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OnePictureUnderTwoLabels_Fails()
    {
        Write("cat", 1, 2);
        Write("dog", 1, 5);

        var run = await Wrn.RunAsync(["datasets", "check", folder.Path]);

        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains("cat/1.png = ", string.Concat(run.Output.Split('\n')), StringComparison.Ordinal);
        Assert.Contains("under more than one class", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5", ExitCodes.Failed)]
    [InlineData("50", ExitCodes.Ok)]
    [InlineData("101", ExitCodes.WrongUsage)]
    public async Task Check_UnreadablePictures_FailAboveTheirShare(string maxBad, int code)
    {
        Write("cat", 1, 2);
        Write("dog", 4);
        folder.Write("dog/page.jpg", "<!DOCTYPE html>");

        Assert.Equal(code, (await Wrn.RunAsync(["datasets", "check", folder.Path, "--max-bad", maxBad])).Code);
    }

    [Fact]
    public async Task Check_ClassOfWhichNothingCanBeRead_IsNamed()
    {
        Write("cat", 1, 2);
        Write("dog", 3, 4);
        folder.Write("lost/page.jpg", "<!DOCTYPE html>");

        var run = await Wrn.RunAsync(["datasets", "check", folder.Path, "--max-bad", "49.9"]);

        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains("No picture of the class 'lost' can be read.", run.Output, StringComparison.Ordinal);
        Assert.Contains("A push draws 10 % for validation and 10 % for testing of each class.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_Json_HasEveryFinding()
    {
        Write("cat", 1, 2);
        Write("Cat", 3);

        var run = await Wrn.RunAsync(["datasets", "check", folder.Path, "--json"]);

        var report = JsonDocument.Parse(run.Output).RootElement;
        Assert.True(report.GetProperty("ok").GetBoolean());
        Assert.Equal(["Cat", "cat"], report.GetProperty("findings").GetProperty("lookAlikes")[0].EnumerateArray().Select(e => e.GetString()));
        Assert.Equal(2, report.GetProperty("findings").GetProperty("classes").GetArrayLength());
    }

    [Fact]
    public async Task Check_Html_IsOnePageWithPicturesAndNothingBesideIt()
    {
        Write("cat", 1, 2);
        Write("<b>dog", 1, 5);
        folder.Write("cat/page.jpg", "<!DOCTYPE html>");
        var page = Path.Combine(folder.Path, "check.html");

        var run = await Wrn.RunAsync(["datasets", "check", folder.Path, "--html", page]);

        Assert.Equal(ExitCodes.Failed, run.Code);
        var html = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        Assert.Equal(2 + 4, html.Split("<img alt=\"\" src=\"data:image/jpeg;base64,/9j/").Length - 1);
        Assert.Contains("cat/page.jpg", html, StringComparison.Ordinal);
        Assert.Contains("under more than one class", html, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;dog", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>dog", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_PictureWithoutItsEndMark_IsToldEverywhereAndStopsNothing()
    {
        Write("cat", 1, 2);
        Write("dog", 4, 5);
        var cut = Path.Combine(folder.Path, "dog", "5.png");
        File.WriteAllBytes(cut, File.ReadAllBytes(cut)[..^12]);
        var page = Path.Combine(folder.Path, "..", $"{Path.GetFileName(folder.Path)}.html");

        var text = await Wrn.RunAsync(["datasets", "check", folder.Path, "--html", page]);
        var json = await Wrn.RunAsync(["datasets", "check", folder.Path, "--json"]);

        var html = File.ReadAllText(page);
        File.Delete(page);
        Assert.Equal((ExitCodes.Ok, ExitCodes.Ok), (text.Code, json.Code));
        Assert.Matches(@"(?s)end without their end mark.*\(1\).*dog/5\.png", text.Output);
        Assert.Matches(@"(?s)end without their end mark.*\(1\).*<li>dog/5\.png</li>", html);
        var findings = JsonDocument.Parse(json.Output).RootElement.GetProperty("findings");
        Assert.Equal(["dog/5.png"], findings.GetProperty("endMissing").EnumerateArray().Select(e => e.GetString()));
    }

    [Fact]
    public async Task Check_NoSuchFolder_IsWrongUsage() =>
        Assert.Equal(ExitCodes.WrongUsage, (await Wrn.RunAsync(["datasets", "check", Path.Combine(folder.Path, "none")])).Code);

    private void Write(string label, params int[] seeds)
    {
        foreach (var seed in seeds)
        {
            var rgb = new byte[24 * 24 * 3];
            var random = new Random(seed);
            for (var block = 0; block < 36; block++)
            {
                var level = (byte)random.Next(256);
                for (var i = 0; i < 48; i++) rgb[(((((block / 6) * 4) + (i / 12)) * 24) + ((block % 6) * 4)) * 3 + (i % 12)] = level;
            }

            folder.Write($"{label}/{seed}.png", ImageEncoder.Png(rgb, 24, 24));
        }
    }
}
