namespace WrnCloud.Functions.Upkeep;

/// <summary>Response of GET /health: the part at fault, if any. It contains no secrets and no addresses.</summary>
/// <param name="Status"><c>healthy</c> or <c>unhealthy</c>.</param>
/// <param name="Storage"><c>reachable</c> or <c>unreachable</c>.</param>
/// <param name="Queue"><c>reachable</c> or <c>unreachable</c>.</param>
/// <param name="Upkeep">
/// <c>running</c>, <c>stale</c> (a timer is overdue), or <c>unknown</c> while the store is unreachable.
/// </param>
/// <param name="StaleTimers">The timers that are stale.</param>
public sealed record HealthReport(string Status, string Storage, string Queue, string Upkeep, IReadOnlyList<string>? StaleTimers = null);
