namespace WrnCloud.TrainerJob.Hosting;

/// <summary>Why a run is asked to stop before its end.</summary>
internal enum StopReason
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>The platform takes the machine away (SIGTERM, or the parent is gone): hand the job on.</summary>
    Shutdown,

    /// <summary>The broker says that the message is no longer ours: hand the job on.</summary>
    LockLost,

    /// <summary>The record asks for it.</summary>
    Cancelled,

    /// <summary>Another holder has the job: write nothing more.</summary>
    Fenced,
}
