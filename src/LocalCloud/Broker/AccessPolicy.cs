namespace WrnCloud.LocalCloud.Broker;

/// <summary>A shared access key with its rights.</summary>
internal sealed record AccessPolicy(string KeyName, string Key, AccessRights Rights);
