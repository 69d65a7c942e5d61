namespace WrnCloud.Hosting;

/// <summary>Where random identifiers come from, so that tests can fix them.</summary>
public interface IIdSource
{
    /// <summary>A fresh identifier for a write: 16 lower-case hex characters.</summary>
    string NewWriteId();

    /// <summary>A fresh job id: 10 base32 characters of (2^50 − 1 − unix ms), then 10 random ones; plain listing is newest first.</summary>
    string NewJobId(DateTimeOffset now);
}
