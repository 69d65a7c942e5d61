using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WrnCloud.LocalCloud.Broker.Access;

/// <summary>
/// A Service Bus shared access signature: <c>SharedAccessSignature sr={resource}&amp;sig={signature}&amp;se={expiry}&amp;skn={key name}</c>,
/// where the signature is HMAC-SHA256 over <c>{url-encoded resource}\n{expiry in unix seconds}</c> with the key's UTF-8 text.
/// </summary>
public sealed class SharedAccessSignature
{
    /// <summary>The token's type in a CBS put-token.</summary>
    public const string TokenType = "servicebus.windows.net:sastoken";

    private const string Scheme = "SharedAccessSignature ";

    private readonly string _encodedResource;
    private readonly string _expiry;
    private readonly string _signature;

    private SharedAccessSignature(string encodedResource, string signature, string expiry, DateTimeOffset expiresAt, string keyName)
    {
        _encodedResource = encodedResource;
        _signature = signature;
        _expiry = expiry;
        ExpiresAt = expiresAt;
        KeyName = keyName;
    }

    /// <summary>The resource that the token is for, decoded, such as <c>sb://host/queue</c>.</summary>
    public string Resource => Uri.UnescapeDataString(_encodedResource.Replace('+', ' '));

    /// <summary>When the token stops being valid.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>The name of the key that signed it.</summary>
    public string KeyName { get; }

    /// <summary>Signs a token for <paramref name="resource"/>.</summary>
    public static SharedAccessSignature Sign(string resource, string keyName, string key, DateTimeOffset expiresAt)
    {
        ArgumentNullException.ThrowIfNull(key);
        var encoded = Uri.EscapeDataString(resource);
        var expiry = expiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return new SharedAccessSignature(encoded, Compute(encoded, expiry, key), expiry, expiresAt, keyName);
    }

    /// <summary>Reads a token; false when it is not one. Nothing is verified yet.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SharedAccessSignature? signature)
    {
        signature = null;
        if (text is null || !text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }

        string? resource = null, sig = null, expiry = null, keyName = null;
        foreach (var pair in text[Scheme.Length..].Split('&'))
        {
            var split = pair.IndexOf('=', StringComparison.Ordinal);
            if (split < 0)
            {
                return false;
            }

            var value = pair[(split + 1)..];
            switch (pair[..split])
            {
                case "sr": resource = value; break;
                case "sig": sig = Uri.UnescapeDataString(value); break;
                case "se": expiry = value; break;
                case "skn": keyName = Uri.UnescapeDataString(value); break;
            }
        }

        // 253402300799 is the last second that DateTimeOffset can hold.
        if (resource is null || sig is null || keyName is null
            || !long.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 253_402_300_799)
        {
            return false;
        }

        signature = new SharedAccessSignature(resource, sig, expiry, DateTimeOffset.FromUnixTimeSeconds(seconds), keyName);
        return true;
    }

    /// <summary>Whether <paramref name="key"/> made the signature; compared in constant time.</summary>
    public bool IsSignedWith(string key) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(_signature), Encoding.UTF8.GetBytes(Compute(_encodedResource, _expiry, key)));

    /// <summary>The token's text.</summary>
    public override string ToString() =>
        $"{Scheme}sr={_encodedResource}&sig={Uri.EscapeDataString(_signature)}&se={_expiry}&skn={Uri.EscapeDataString(KeyName)}";

    private static string Compute(string encodedResource, string expiry, string key) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{encodedResource}\n{expiry}")));
}
