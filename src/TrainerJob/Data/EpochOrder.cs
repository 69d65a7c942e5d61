namespace WrnCloud.TrainerJob.Data;

/// <summary>The order in which an epoch sees the training images.</summary>
internal static class EpochOrder
{
    /// <summary>A permutation of 0..count−1, a pure function of the seed and the epoch (Fisher-Yates).</summary>
    public static int[] Shuffle(int count, long seed, int epoch)
    {
        var random = new SplitMix64(seed, epoch, -1);
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            var j = random.Next(i + 1);
            order[i] = order[j];
            order[j] = i;
        }

        return order;
    }
}
