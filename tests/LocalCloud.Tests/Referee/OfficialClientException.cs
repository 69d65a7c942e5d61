namespace WrnCloud.LocalCloud.Tests.Referee;

/// <summary>What the official client threw.</summary>
internal sealed class OfficialClientException(string code, string message) : Exception($"{code}: {message}")
{
    /// <summary>Such as <c>MessageLockLost</c>.</summary>
    public string Code => code;
}
