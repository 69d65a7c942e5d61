using WrnCloud.LocalCloud.Storage;

namespace WrnCloud.LocalCloud.Tests.Storage;

/// <summary>The account of the tests' stores.</summary>
internal static class TestAccount
{
    public static readonly AzuriteAccount Azurite = new("wrntests", Convert.ToBase64String(new byte[64]));
}
