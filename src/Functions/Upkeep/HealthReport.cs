namespace WrnCloud.Functions.Upkeep;

/// <summary>Answer of GET /health: which part is at fault, if one is. Names no secret and no address.</summary>
/// <param name="Status"><c>healthy</c> or <c>unhealthy</c>.</param>
/// <param name="Storage"><c>reachable</c> or <c>unreachable</c>.</param>
/// <param name="Queue"><c>reachable</c> or <c>unreachable</c>.</param>
/// <param name="Upkeep">
/// <c>running</c>, <c>stale</c> (a timer has not come round for longer than it may), or <c>unknown</c> while the store is unreachable.
/// </param>
/// <param name="StaleTimers">The timers that are stale.</param>
public sealed record HealthReport(string Status, string Storage, string Queue, string Upkeep, IReadOnlyList<string>? StaleTimers = null);
