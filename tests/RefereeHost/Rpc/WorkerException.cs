namespace WrnCloud.RefereeHost.Rpc;

/// <summary>The worker did not do what it was asked.</summary>
internal sealed class WorkerException : Exception
{
    public WorkerException()
    {
    }

    public WorkerException(string message)
        : base(message)
    {
    }

    public WorkerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
