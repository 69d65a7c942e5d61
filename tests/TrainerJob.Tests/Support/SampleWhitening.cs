using WrnCloud.TrainerJob.Data;

namespace WrnCloud.TrainerJob.Tests.Support;

/// <summary>Whitenings that are quick to make: a real fit takes ten seconds.</summary>
internal static class SampleWhitening
{
    /// <summary>Near the identity, not symmetric, so that a transposed use shows.</summary>
    public static ZcaPreprocessor Random(long seed)
    {
        const int features = ZcaPreprocessor.Features;
        var random = new SplitMix64(seed);
        var (matrix, shift) = (new float[features * features], new float[features]);
        var noise = Enumerable.Range(0, 10_007).Select(_ => (float)(random.NextUnit() - 0.5) * 0.02f).ToArray();
        for (var i = 0; i < matrix.Length; i++) matrix[i] = noise[i % noise.Length];
        for (var i = 0; i < features; i++)
        {
            matrix[(i * features) + i] += 1;
            shift[i] = (float)(random.NextUnit() - 0.5);
        }

        return new ZcaPreprocessor(matrix, shift);
    }
}
