using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Data;

namespace WrnCloud.TrainerJob.Tests.Data;

public sealed class AugmentationTests
{
    private static (int[] Rows, int[] Columns) Draw(Augmentation augmentation, long seed, int epoch, int image)
    {
        var (rows, columns) = (new int[32], new int[32]);
        augmentation.Draw(seed, epoch, image, rows, columns);
        return (rows, columns);
    }

    [Fact]
    public void Draw_SameKey_IsTheSameAndOtherKeysDiffer()
    {
        var augmentation = new Augmentation(true, 4, PaddingMode.Reflection);
        var draws = new HashSet<string>(StringComparer.Ordinal);
        for (var image = 0; image < 200; image++)
        {
            var (rows, columns) = Draw(augmentation, 1, 2, image);
            var again = Draw(augmentation, 1, 2, image);
            Assert.Equal(rows, again.Rows);
            Assert.Equal(columns, again.Columns);
            draws.Add($"{rows[8]} {columns[8]} {columns[9]}");
        }

        // 9 × 9 crops, each plain or flipped: 200 draws see most of the 162.
        Assert.InRange(draws.Count, 90, 140);
        Assert.NotEqual(
            Enumerable.Range(0, 20).Select(i => Draw(augmentation, 1, 2, i).Rows[8]),
            Enumerable.Range(0, 20).Select(i => Draw(augmentation, 1, 3, i).Rows[8]));
    }

    [Fact]
    public void Draw_Reflection_MirrorsWithoutRepeatingTheEdge()
    {
        var augmentation = new Augmentation(false, 4, PaddingMode.Reflection);
        var rows = Enumerable.Range(0, 100).Select(i => Draw(augmentation, 5, 0, i).Rows).ToList();

        var highest = rows.First(r => r[0] == 4 && r[4] == 0);
        Assert.Equal([4, 3, 2, 1, 0, 1, 2], highest[..7]);
        var lowest = rows.First(r => r[0] == 4 && r[1] == 5);
        Assert.Equal([30, 31, 30, 29, 28, 27], lowest[26..]);
    }

    [Fact]
    public void Draw_Zero_MarksThePadding()
    {
        var rows = Enumerable.Range(0, 100).Select(i => Draw(new Augmentation(false, 4, PaddingMode.Zero), 5, 0, i).Rows).ToList();

        Assert.Contains(rows, r => r.AsSpan(0, 5).SequenceEqual([-1, -1, -1, -1, 0]));
        Assert.Contains(rows, r => r.AsSpan(27).SequenceEqual([31, -1, -1, -1, -1]));
    }

    [Fact]
    public void Draw_Cutout_IsASquareWhoseCentreIsAnywhere()
    {
        var augmentation = new Augmentation(false, 0, PaddingMode.Zero, 16);
        var (rows, columns) = (new int[32], new int[32]);
        var cuts = Enumerable.Range(0, 4000).Select(i => augmentation.Draw(5, 0, i, rows, columns)).ToList();

        Assert.All(
            cuts,
            c => Assert.True(
                c.Top >= 0
                && c.Bottom <= 32
                && c.Bottom - c.Top is >= 8 and <= 16
                && c.Left >= 0
                && c.Right <= 32
                && c.Right - c.Left is >= 8 and <= 16));

        // Of 32 centres a row, 17 have the whole side within the image.
        Assert.InRange(cuts.Count(c => c.Bottom - c.Top == 16) / 4000.0, 0.50, 0.56);
        Assert.InRange(cuts.Count(c => c.Left == 0) / 4000.0, 0.25, 0.31);
        Assert.Equal(cuts[77], augmentation.Draw(5, 0, 77, rows, columns));
        Assert.NotEqual(cuts.Take(20), Enumerable.Range(0, 20).Select(i => augmentation.Draw(5, 1, i, rows, columns)));
    }

    [Fact]
    public void Draw_CutoutBesideFlipAndCrop_LeavesTheirDraws()
    {
        var (rows, columns, otherRows, otherColumns) = (new int[32], new int[32], new int[32], new int[32]);
        for (var i = 0; i < 50; i++)
        {
            new Augmentation(true, 4, PaddingMode.Reflection).Draw(1, 1, i, rows, columns);
            new Augmentation(true, 4, PaddingMode.Reflection, 8).Draw(1, 1, i, otherRows, otherColumns);
            Assert.Equal(rows, otherRows);
            Assert.Equal(columns, otherColumns);
        }
    }

    [Fact]
    public void Draw_Flip_TurnsAboutHalfOfTheImages()
    {
        var flipped = Enumerable.Range(0, 1000).Count(i => Draw(new Augmentation(true, 0, PaddingMode.Zero), 5, 0, i).Columns[0] == 31);

        Assert.InRange(flipped, 440, 560);
    }
}
