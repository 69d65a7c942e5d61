namespace WrnCloud.DurabilityBench.Kills;

/// <summary>The ways to break the promises.</summary>
internal static class Breach
{
    /// <summary>It was acknowledged and is not there.</summary>
    public const string Lost = "lost";

    /// <summary>A job that had ended is in another state.</summary>
    public const string CameBack = "came back";

    /// <summary>A job has two versions.</summary>
    public const string SecondVersion = "second version";

    /// <summary>A submission has two jobs.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>A job does not end though there is a trainer.</summary>
    public const string Stuck = "stuck";
}
