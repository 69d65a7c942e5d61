namespace WrnCloud.Functions.Upkeep;

/// <summary>Answer of GET /health. Names no secret and no address.</summary>
/// <param name="Status"><c>healthy</c> or <c>unhealthy</c>.</param>
/// <param name="Storage"><c>reachable</c> or <c>unreachable</c>.</param>
public sealed record HealthReport(string Status, string Storage);
