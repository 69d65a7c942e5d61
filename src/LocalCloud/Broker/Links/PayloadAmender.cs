namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>Returns an encoded message with application properties set, for dead-lettering and abandoning.</summary>
internal delegate ReadOnlyMemory<byte> PayloadAmender(ReadOnlyMemory<byte> payload, IReadOnlyDictionary<string, object?> properties);
