using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace WrnCloud.LocalCloud.FunctionsHost;

/// <summary>The host's function key. As on the real host the header wins: a wrong header with a right <c>code</c> is rejected.</summary>
internal sealed class FunctionKey(string key)
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(key);

    public bool Admits(HttpRequest request)
    {
        var given = request.Headers.TryGetValue("x-functions-key", out var header) ? header.ToString() : request.Query["code"].ToString();
        return CryptographicOperations.FixedTimeEquals(_key, Encoding.UTF8.GetBytes(given));
    }
}
