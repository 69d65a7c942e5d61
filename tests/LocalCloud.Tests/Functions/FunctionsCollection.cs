namespace WrnCloud.LocalCloud.Tests.Functions;

/// <summary>Tests that share one store and one broker, in turn: what each of them stores has a name of its own.</summary>
[CollectionDefinition]
public sealed class FunctionsCollection : ICollectionFixture<FunctionsFixture>;
