using WrnCloud.LocalCloud.Scaling;

namespace WrnCloud.LocalCloud.Tests.Scaling;

public sealed class TrainerLogsTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Next_AfterAnEarlierScaler_CountsOn()
    {
        foreach (var name in (string[])["trainer-3.log", "trainer-12.log", "trainer-x.log", "broker.log"])
            File.WriteAllText(Path.Combine(_folder.Path, name), "");
        var logs = new TrainerLogs(_folder.Path);

        Assert.Equal((13, Path.Combine(_folder.Path, "trainer-13.log")), logs.Next());
        Assert.Equal(14, logs.Next().Number);
    }

    [Fact]
    public void Next_WithManyLogs_RemovesTheOldest()
    {
        var logs = new TrainerLogs(_folder.Path);
        for (var i = 0; i < TrainerLogs.Kept + 5; i++) File.WriteAllText(logs.Next().Path, "");

        Assert.Equal(TrainerLogs.Kept, Directory.GetFiles(_folder.Path).Length);
        Assert.False(File.Exists(Path.Combine(_folder.Path, "trainer-5.log")));
    }
}
