namespace WrnCloud.LocalCloud.Broker.Access;

/// <summary>What a shared access policy allows.</summary>
[Flags]
internal enum AccessRights
{
    None = 0,
    Send = 1,
    Listen = 2,
    All = Send | Listen,
}
