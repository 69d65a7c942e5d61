using WrnCloud.Datasets;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Tests.Support;

namespace WrnCloud.TrainerJob.Tests.Data;

public sealed class PreprocessorTests
{
    private static readonly LabelledImages Images = Samples.Images(4, 2, 3);

    [Fact]
    public void Of_MeanStd_CentresAndScalesEachChannel()
    {
        var channels = Assert.IsType<ChannelPreprocessor>(Preprocessor.Of(Samples.Settings, Images, Samples.Statistics));

        Assert.Equal((0 - 0.45) / 0.24, channels.Table[256], 1e-6);
        Assert.Equal((1 - 0.4) / 0.26, channels.Table[767], 1e-6);
        for (var i = 0; i < channels.Table.Length; i++)
            Assert.Equal((i % 256 * channels.Scale[i / 256]) + channels.Shift[i / 256], channels.Table[i], 1e-5);
    }

    [Fact]
    public void Of_Scale_DividesBy255()
    {
        var settings = Samples.Settings with { Preprocessing = Preprocessing.Scale };

        var channels = Assert.IsType<ChannelPreprocessor>(Preprocessor.Of(settings, Images, Samples.Statistics));

        for (var i = 0; i < channels.Table.Length; i++) Assert.Equal(i % 256 / 255f, channels.Table[i]);
    }

    [Fact]
    public void Of_ChannelThatNeverVaries_IsOnlyCentred()
    {
        var channels = ChannelPreprocessor.Of(new ChannelStatistics([0.2, 0.5, 0.5], [0, 0.25, 0.25]));

        Assert.Equal(0, channels.Table[51], 1e-6);
        Assert.All(channels.Table, v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void Of_ZcaForLargerImages_IsRefused() => Assert.Throws<ArgumentException>(() => Preprocessor.Of(
        Samples.Settings with { Preprocessing = Preprocessing.Zca }, new LabelledImages(new byte[3 * 64 * 64], [0], ["a"], 64), Samples.Statistics));
}
