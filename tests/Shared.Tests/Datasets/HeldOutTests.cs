using WrnCloud.Datasets;

namespace WrnCloud.Shared.Tests.Datasets;

public sealed class HeldOutTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(14, 1)]
    [InlineData(500, 50)]
    public void Draw_OfAClass_HoldsATenthOut(int count, int held)
    {
        var draw = HeldOut.Tenth.Draw(count, 3);

        Assert.Equal((count, held), (draw.Length, draw.Count(d => d)));
        Assert.Equal(draw, HeldOut.Tenth.Draw(count, 3));
    }

    [Fact]
    public void Draw_OtherClassOrSeed_IsAnother()
    {
        var draw = HeldOut.Tenth.Draw(300, 0);

        Assert.NotEqual(draw, HeldOut.Tenth.Draw(300, 1));
        Assert.NotEqual(draw, new HeldOut(0.1, 2).Draw(300, 0));
    }
}
