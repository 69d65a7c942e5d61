namespace WrnCloud.LocalCloud.Broker.Access;

/// <summary>A shared access key with its rights.</summary>
internal sealed record AccessPolicy(string KeyName, string Key, AccessRights Rights);
