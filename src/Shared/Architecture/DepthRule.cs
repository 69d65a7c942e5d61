namespace WrnCloud.Architecture;

/// <summary>The depths of a family.</summary>
/// <param name="Form">What a right depth is, to stand behind "The depth is".</param>
/// <param name="Depths">Every right depth, ascending.</param>
internal sealed record DepthRule(string Form, IReadOnlyList<int> Depths)
{
    /// <summary>step·N + offset with N at least 1, up to a limit.</summary>
    public static DepthRule Every(int step, int offset, int limit)
    {
        var count = (limit - offset) / step;
        return new DepthRule(
            $"{step}N + {offset}, from {step + offset} to {(count * step) + offset}",
            [.. Enumerable.Range(1, count).Select(n => (n * step) + offset)]);
    }

    /// <summary>The sentence about a wrong depth, with its neighbours; null when the depth is right.</summary>
    public string? Problem(int depth)
    {
        if (Depths.Contains(depth)) return null;
        var neighbours = Depths.Where(d => d < depth).TakeLast(1).Concat(Depths.Where(d => d > depth).Take(1)).ToList();
        var nearest = neighbours.Count == 1 ? $"one is {neighbours[0]}" : $"ones are {neighbours[0]} and {neighbours[1]}";
        return $"The depth is {Form}; the nearest right {nearest}.";
    }
}
