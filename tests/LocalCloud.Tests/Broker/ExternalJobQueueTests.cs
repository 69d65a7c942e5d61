using WrnCloud.Contracts.Messaging;

namespace WrnCloud.LocalCloud.Tests.Broker;

public sealed class ExternalJobQueueTests() : JobQueueContract(ExternalNamespace.StartAsync);
