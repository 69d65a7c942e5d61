using WrnCloud.Architecture;

namespace WrnCloud.Shared.Tests.Architecture;

/// <summary>Against the counts of arXiv 1605.07146 (Tables 2 and 4) and of the author's log.</summary>
public sealed class WideResNetSpecTests
{
    [Theory]
    [InlineData("WRN-40-1", 563_930, 569_780, 0.083)]
    [InlineData("WRN-40-2", 2_243_546, 2_255_156, 0.328)]
    [InlineData("WRN-40-4", 8_949_210, 8_972_340, 1.299)]
    [InlineData("WRN-40-8", 35_748_314, 35_794_484, 5.172)]
    [InlineData("WRN-40-10", 55_841_754, 55_899_444, 8.074)]
    [InlineData("WRN-28-10", 36_479_194, 36_536_884, 5.243)]
    [InlineData("WRN-28-12", 52_517_850, 52_587_060, 7.544)]
    [InlineData("WRN-22-8", 17_158_106, 17_204_276, 2.454)]
    [InlineData("WRN-22-10", 26_797_914, 26_855_604, 3.828)]
    [InlineData("WRN-16-4", 2_748_890, 2_772_020, 0.393)]
    [InlineData("WRN-16-8", 10_961_370, 11_007_540, 1.548)]
    [InlineData("WRN-16-10", 17_116_634, 17_174_324, 2.412)]
    [InlineData("WRN-52-1", 758_362, 764_212, 0.112)]
    [InlineData("WRN-28-2", 1_467_610, 1_479_220, 0.214)]
    public void Counts_OfThePapersNets_AreThePapers(string name, long parameters10, long parameters100, double billionMacs)
    {
        var spec = Parse(name);

        Assert.Equal(parameters10, spec.ParameterCount(10));
        Assert.Equal(parameters100, spec.ParameterCount(100));
        Assert.Equal(billionMacs, Math.Round(spec.MultiplyAccumulates(10) / 1e9, 3));
    }

    [Theory]
    [InlineData("WRN-40-2-l1")]
    [InlineData("WRN-40-2")]
    [InlineData("WRN-40-2-l3")]
    [InlineData("WRN-40-2-l4")]
    public void ParameterCount_OfEachDeepeningFactor_IsTable3s(string name) => Assert.Equal(2_243_546, Parse(name).ParameterCount(10));

    [Theory]
    [InlineData("WRN-40-2-l1", 40)]
    [InlineData("WRN-40-2-l4", 40)]
    [InlineData("WRN-28-2", 28)]
    [InlineData("WRN-40-2-B(1,3,1)", 58)]
    [InlineData("WRN-22-2-B(3,1,3)", 31)]
    public void Layers_Convolutions_AreAsManyAsTheTypeHas(string name, int convolutions) =>
        Assert.Equal(convolutions, Parse(name).Layers(10).Count(l => l.Kind == LayerKind.Convolution));

    [Theory]
    [InlineData("WRN-40-2-B(1,3,1)", 1.429)]
    [InlineData("WRN-40-2-B(3,1)", 1.211)]
    [InlineData("WRN-40-2-B(1,3)", 1.297)]
    [InlineData("WRN-40-2-B(3,1,1)", 1.343)]
    [InlineData("WRN-28-2", 1.468)]
    [InlineData("WRN-22-2-B(3,1,3)", 1.145)]
    public void ParameterCount_OfEachBlockType_IsTable2s(string name, double millions) =>
        Assert.Equal(millions, Math.Round(Parse(name).ParameterCount(10) / 1e6, 3));

    [Theory]
    [InlineData("WRN-16-2", "WRN-16-2", 2)]
    [InlineData("wrn-40-2-b(3,1)", "WRN-40-2-B(3,1)", 6)]
    [InlineData("WRN-28-10-B(3,3)", "WRN-28-10", 4)]
    [InlineData("WRN-10-1", "WRN-10-1", 1)]
    [InlineData("WRN-100-20", "WRN-100-20", 16)]
    [InlineData("WRN-40-2-l1", "WRN-40-2-l1", 12)]
    [InlineData("wrn-40-2-L2", "WRN-40-2", 6)]
    [InlineData("WRN-40-2-l3", "WRN-40-2-l3", 4)]
    [InlineData("WRN-40-2-l4", "WRN-40-2-l4", 3)]
    [InlineData("WRN-7-1-l1", "WRN-7-1-l1", 1)]
    public void TryParse_Name_IsReadAndWrittenInTheFieldsForm(string text, string name, int blocks)
    {
        var spec = Parse(text);

        Assert.Equal(name, spec.Name);
        Assert.Equal(blocks, spec.BlocksPerGroup);
        Assert.Equal(spec, Parse(spec.Name));
    }

    [Theory]
    [InlineData("WRN-17-2", "16 and 22")]
    [InlineData("WRN-21-2", "16 and 22")]
    [InlineData("WRN-15-2", "10 and 16")]
    [InlineData("WRN-99-2", "94 and 100")]
    [InlineData("WRN-41-2-l1", "40 and 43")]
    [InlineData("WRN-34-2-l3", "31 and 40")]
    [InlineData("WRN-34-2-l4", "28 and 40")]
    public void TryParse_DepthBetween_NamesTheNearestOnes(string text, string nearest) =>
        Assert.Contains($"the nearest right ones are {nearest}.", Problem(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("WRN-0-2", 10)]
    [InlineData("WRN-4-2", 10)]
    [InlineData("WRN-9-2", 10)]
    [InlineData("WRN-101-2", 100)]
    [InlineData("WRN-106-2", 100)]
    [InlineData("WRN-9999-2", 100)]
    [InlineData("WRN-4-2-l1", 7)]
    [InlineData("WRN-100-2-l3", 94)]
    public void TryParse_DepthBeyond_NamesTheLimit(string text, int nearest) =>
        Assert.Contains($"the nearest right one is {nearest}.", Problem(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("WRN-16-0")]
    [InlineData("WRN-16-21")]
    public void TryParse_WidthOutOfRange_SaysSo(string text) => Assert.Equal("The width is from 1 to 20.", Problem(text));

    [Theory]
    [InlineData("WRN-40-2-B(3)")]
    [InlineData("WRN-40-2-B(3,3,3)")]
    [InlineData("WRN-40-2-l0")]
    [InlineData("WRN-40-2-l5")]
    [InlineData("WRN-40-2-B(5,5)")]
    [InlineData("WRN-40-2-B(,)")]
    [InlineData("WRN-40-2-B(3,3,3,3,3)")]
    public void TryParse_OtherBlockType_ListsTheKnownOnes(string text) => Assert.Contains("B(3,1,3)", Problem(text), StringComparison.Ordinal);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("WRN")]
    [InlineData("WRN-16")]
    [InlineData("WRN-16-2 ")]
    [InlineData("WRN-16-2\n")]
    [InlineData("WRN--16-2")]
    [InlineData("WRN-16-2.5")]
    [InlineData("WRN-99999-1")]
    [InlineData("WRN-\u0661\u0666-2")]
    [InlineData("ResNet-50")]
    [InlineData("WRN-40-2-B()")]
    [InlineData("WRN-40-2-l")]
    [InlineData("WRN-40-2-l10")]
    [InlineData("WRN-40-2-B(3,1)-l2")]
    [InlineData("WRN-40-2-B(3,3,3,3,3,3)")]
    public void TryParse_NoName_SaysWhatANameIs(string? text) => Assert.Contains("WRN-depth-width", Problem(text), StringComparison.Ordinal);

    [Fact]
    public void GroupChannels_AreSixteenTimesWidthDoubling() => Assert.Equal([160, 320, 640], Parse("WRN-28-10").GroupChannels);

    private static WideResNetSpec Parse(string name)
    {
        Assert.True(WideResNetSpec.TryParse(name, out WideResNetSpec? spec, out var problem), problem);
        return spec;
    }

    private static string Problem(string? name)
    {
        Assert.False(WideResNetSpec.TryParse(name, out WideResNetSpec? _, out var problem));
        return problem;
    }
}
