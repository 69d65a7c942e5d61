namespace WrnCloud.Hosting;

/// <summary>A source of random identifiers, which tests can replace.</summary>
public interface IIdSource
{
    /// <summary>A fresh identifier for a write: 16 lower-case hex characters.</summary>
    string NewWriteId();

    /// <summary>A fresh job id: 10 base32 characters of (2^50 − 1 − unix ms), then 10 random ones, so that ids sort newest first.</summary>
    string NewJobId(DateTimeOffset now);
}
