using WrnCloud.Contracts.Models;

namespace WrnCloud.LocalCloud.Tests.Storage;

public sealed class AzuriteModelRegistryTests(AzuriteFixture azurite) : ModelRegistryContract(azurite.Blobs), IClassFixture<AzuriteFixture>;
