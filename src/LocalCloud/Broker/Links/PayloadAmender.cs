namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>Returns an encoded message with application properties set, as dead-lettering and abandoning ask for.</summary>
internal delegate ReadOnlyMemory<byte> PayloadAmender(ReadOnlyMemory<byte> payload, IReadOnlyDictionary<string, object?> properties);
