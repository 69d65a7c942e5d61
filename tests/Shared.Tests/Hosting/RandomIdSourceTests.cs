using WrnCloud.Hosting;
using WrnCloud.Storage;

namespace WrnCloud.Shared.Tests.Hosting;

public sealed class RandomIdSourceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly RandomIdSource _ids = new();

    [Fact]
    public void NewJobId_IsTwentyBase32Characters()
    {
        var id = _ids.NewJobId(Noon);

        Assert.Matches(@"\A[0-9a-hjkmnp-tv-z]{20}\z", id);
        Assert.True(BlobName.IsSegment(id));
    }

    [Fact]
    public void NewJobId_Newer_SortsFirst()
    {
        var random = new Random(1);
        var anywhere = Enumerable.Range(0, 500).Select(_ => Noon.AddMilliseconds(random.NextInt64(1L << 40)));
        var times = anywhere.Append(Noon).Append(Noon.AddMilliseconds(1)).Distinct().ToList();

        var byId = times.OrderBy(t => _ids.NewJobId(t), StringComparer.Ordinal);

        Assert.Equal(times.OrderDescending(), byId);
    }

    [Fact]
    public void NewJobId_SameMoment_SharesTheTimeOnly()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => _ids.NewJobId(Noon)).ToList();

        Assert.Single(ids.Select(i => i[..10]).Distinct());
        Assert.Equal(1000, ids.Distinct().Count());
    }

    [Fact]
    public void NewWriteId_IsFreshHex()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => _ids.NewWriteId()).ToList();

        Assert.Equal(1000, ids.Distinct().Count());
        Assert.All(ids, i => Assert.Matches(@"\A[0-9a-f]{16}\z", i));
    }
}
