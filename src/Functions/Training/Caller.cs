namespace WrnCloud.Functions.Training;

/// <summary>Who calls: with function keys every holder of a key is the same caller.</summary>
public static class Caller
{
    public const string Name = "key";
}
