using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace WrnCloud.Safetensors;

/// <summary>Reads a <see cref="SafetensorsFile"/> from untrusted bytes.</summary>
internal static class SafetensorsReader
{
    public static SafetensorsFile Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < 8) throw new SafetensorsException("The file is shorter than its header's length field.");
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span);
        if (headerLength > SafetensorsFile.MaxHeaderLength)
            throw new SafetensorsException(
                $"The header's length is given as {headerLength} bytes; at most {SafetensorsFile.MaxHeaderLength} are read.");
        if (headerLength > (ulong)(bytes.Length - 8))
            throw new SafetensorsException($"The header's length is given as {headerLength} bytes, but only {bytes.Length - 8} follow.");
        var header = bytes.Span.Slice(8, (int)headerLength);
        if (header.IsEmpty || header[0] != (byte)'{') throw new SafetensorsException("The header does not start with '{'.");
        if (!Utf8.IsValid(header)) throw new SafetensorsException("The header is not UTF-8.");
        var data = bytes[(8 + (int)headerLength)..];
        try
        {
            var json = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = 8 });
            return ReadHeader(ref json, data);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader throws InvalidOperationException for an escaped lone surrogate in a string.
            throw new SafetensorsException("The header is not valid JSON of a safetensors file.", e);
        }
    }

    private static SafetensorsFile ReadHeader(ref Utf8JsonReader json, ReadOnlyMemory<byte> data)
    {
        var tensors = new Dictionary<string, SafetensorsTensor>(StringComparer.Ordinal);
        Dictionary<string, string>? metadata = null;
        var ranges = new List<(long Start, long End)>();
        json.Read();
        while (NextName(ref json) is { } name)
        {
            if (name == SafetensorsFile.MetadataName)
            {
                if (metadata is not null) throw new SafetensorsException("The header has its metadata twice.");
                metadata = ReadMetadata(ref json);
                continue;
            }

            if (tensors.Count == SafetensorsFile.MaxEntries)
                throw new SafetensorsException($"The file has more than {SafetensorsFile.MaxEntries} tensors.");
            var (type, shape, start, end) = ReadEntry(ref json, name);
            if (start > end || end > data.Length)
                throw new SafetensorsException($"The offsets {start} to {end} of '{name}' lie outside the data's {data.Length} bytes.");
            if (SafetensorsTensor.ByteLength(type, shape) != end - start)
                throw new SafetensorsException($"The {end - start} bytes of '{name}' do not match its type and shape.");
            if (!tensors.TryAdd(name, new SafetensorsTensor(type, shape, data[(int)start..(int)end])))
                throw new SafetensorsException($"The header has '{name}' twice.");
            ranges.Add((start, end));
        }

        // The only top-level object has ended; reading on throws for anything but white space.
        while (json.Read())
        {
        }

        RequireCovered(ranges, data.Length);
        return new SafetensorsFile(tensors, metadata ?? []);
    }

    private static (TensorType Type, long[] Shape, long Start, long End) ReadEntry(ref Utf8JsonReader json, string tensor)
    {
        TensorType? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        Expect(ref json, JsonTokenType.StartObject);
        while (NextName(ref json) is { } field)
        {
            switch (field)
            {
                case "dtype" when type is null:
                    type = ReadType(ref json, tensor);
                    break;
                case "shape" when shape is null:
                    shape = ReadIntegers(ref json, tensor);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadIntegers(ref json, tensor);
                    break;
                default:
                    throw new SafetensorsException($"The entry of '{tensor}' has the unknown or repeated field '{field}'.");
            }
        }

        if (type is null || shape is null || offsets is not [var start, var end])
            throw new SafetensorsException($"The entry of '{tensor}' needs dtype, shape and two data_offsets.");
        return (type.Value, shape, start, end);
    }

    private static TensorType ReadType(ref Utf8JsonReader json, string tensor)
    {
        Expect(ref json, JsonTokenType.String);
        var text = json.GetString()!;
        foreach (var type in Enum.GetValues<TensorType>())
        {
            if (string.Equals(text, type.ToString().ToUpperInvariant(), StringComparison.Ordinal)) return type;
        }

        throw new SafetensorsException($"The dtype '{text}' of '{tensor}' is not supported.");
    }

    private static long[] ReadIntegers(ref Utf8JsonReader json, string tensor)
    {
        var values = new List<long>();
        Expect(ref json, JsonTokenType.StartArray);
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var value) || value < 0)
                throw new SafetensorsException($"The shape and offsets of '{tensor}' must be integers from 0.");
            if (values.Count == SafetensorsFile.MaxRank)
                throw new SafetensorsException($"'{tensor}' has more than {SafetensorsFile.MaxRank} dimensions.");
            values.Add(value);
        }

        return [.. values];
    }

    private static Dictionary<string, string> ReadMetadata(ref Utf8JsonReader json)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        Expect(ref json, JsonTokenType.StartObject);
        while (NextName(ref json) is { } key)
        {
            Expect(ref json, JsonTokenType.String);
            if (metadata.Count == SafetensorsFile.MaxEntries)
                throw new SafetensorsException($"The file has more than {SafetensorsFile.MaxEntries} metadata entries.");
            if (!metadata.TryAdd(key, json.GetString()!)) throw new SafetensorsException($"The metadata have '{key}' twice.");
        }

        return metadata;
    }

    private static string? NextName(ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.PropertyName ? json.GetString() : null;
    }

    private static void Expect(ref Utf8JsonReader json, JsonTokenType type)
    {
        json.Read();
        if (json.TokenType != type) throw new SafetensorsException($"The header has {json.TokenType} where {type} belongs.");
    }

    private static void RequireCovered(List<(long Start, long End)> ranges, long length)
    {
        ranges.Sort();
        var position = 0L;
        foreach (var (start, end) in ranges)
        {
            if (start != position) throw new SafetensorsException($"The tensors' data overlap or leave a gap at byte {Math.Min(start, position)}.");
            position = end;
        }

        if (position != length) throw new SafetensorsException($"The data have {length - position} bytes that belong to no tensor.");
    }
}
