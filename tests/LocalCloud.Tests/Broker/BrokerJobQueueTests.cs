using WrnCloud.Contracts.Messaging;

namespace WrnCloud.LocalCloud.Tests.Broker;

public sealed class BrokerJobQueueTests() : JobQueueContract(BrokerNamespace.StartAsync);
