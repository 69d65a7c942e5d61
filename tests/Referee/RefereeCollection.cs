namespace WrnCloud.Referee;

/// <summary>One stack for all tests, which therefore run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class RefereeCollection : ICollectionFixture<RefereeStack>
{
    public const string Name = "Referee";
}
