namespace WrnCloud.LocalCloud.Broker.Access;

/// <summary>The rights that a shared access policy grants.</summary>
[Flags]
internal enum AccessRights
{
    None = 0,
    Send = 1,
    Listen = 2,
    All = Send | Listen,
}
