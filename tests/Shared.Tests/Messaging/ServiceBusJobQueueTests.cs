using WrnCloud.Contracts.Messaging;

namespace WrnCloud.Shared.Tests.Messaging;

/// <summary>The Azure SDK's adapter, with the SDK as it is, against the embedded broker. Azure build only.</summary>
public sealed class ServiceBusJobQueueTests() : JobQueueContract(BrokerProcessNamespace.StartAsync);
