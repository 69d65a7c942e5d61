namespace WrnCloud.DurabilityBench.Kills;

/// <summary>What is killed, and how.</summary>
internal enum Fault
{
    /// <summary>SIGKILL of Azurite alone.</summary>
    Store,

    /// <summary>SIGKILL of <c>wrn up</c>, whose parts end when their pipes close.</summary>
    Up,

    /// <summary>SIGKILL of every process of the stack at once.</summary>
    Everything,

    /// <summary>SIGHUP of <c>wrn up</c>.</summary>
    HangUp,

    /// <summary>SIGHUP of every process at once, as a terminal sends it that is closed.</summary>
    Terminal,
}
