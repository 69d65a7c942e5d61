using System.Security.Cryptography;
using System.Text.Json;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Stack;

/// <summary>The stack's secrets, generated once and kept in its state folder, readable by the owner only.</summary>
internal sealed record StackKeys(string StorageKey, string BrokerKey, string FunctionKey)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "keys.json";

    /// <summary>Reads the keys of a state folder, or generates them.</summary>
    public static async Task<StackKeys> EnsureAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName);
        if (File.Exists(path)
            && JsonSerializer.Deserialize<StackKeys>(await File.ReadAllBytesAsync(path, cancellationToken), WrnJson.Compact) is { } keys)
            return keys;
        var made = new StackKeys(NewKey(), NewKey(), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)));
        await PrivateFile.WriteAsync(path, JsonSerializer.SerializeToUtf8Bytes(made, WrnJson.Indented), cancellationToken);
        return made;
    }

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
}
