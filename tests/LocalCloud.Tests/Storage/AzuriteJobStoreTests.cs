using WrnCloud.Contracts.Jobs;

namespace WrnCloud.LocalCloud.Tests.Storage;

public sealed class AzuriteJobStoreTests(AzuriteFixture azurite) : JobStoreContract(azurite.Blobs), IClassFixture<AzuriteFixture>;
