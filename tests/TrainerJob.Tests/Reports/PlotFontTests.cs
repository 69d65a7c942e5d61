using WrnCloud.TrainerJob.Reports;

namespace WrnCloud.TrainerJob.Tests.Reports;

public sealed class PlotFontTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fonts-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void FindFile_PreferredFont_WinsOverAnEarlierOne()
    {
        Write("a/Aaa.ttf");
        Write("z/LiberationSans-Regular.ttf");

        Assert.Equal(Path.Combine(_folder, "z/LiberationSans-Regular.ttf"), PlotFont.FindFile(["/nowhere", _folder]));
    }

    [Fact]
    public void FindFile_AnyFont_IsBetterThanNone()
    {
        Assert.Null(PlotFont.FindFile([_folder]));
        Write("b/Bbb.ttf");
        Write("a/Aaa.ttf");

        Assert.Equal(Path.Combine(_folder, "a/Aaa.ttf"), PlotFont.FindFile([_folder]));
    }

    private void Write(string name)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, []);
    }
}
