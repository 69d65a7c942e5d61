namespace WrnCloud.Hosting;

/// <summary>One page of a list.</summary>
/// <param name="Items">The page's items.</param>
/// <param name="Next">Pass it as <c>next</c> for the following page; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next = null);
