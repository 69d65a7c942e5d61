using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WrnCloud.Safetensors;

/// <summary>Writes a <see cref="SafetensorsFile"/>.</summary>
internal static class SafetensorsWriter
{
    public static byte[] Write(SafetensorsFile file)
    {
        var tensors = file.Tensors.OrderBy(t => t.Key, StringComparer.Ordinal).ToList();
        var header = WriteHeader(file, tensors, out var dataLength);
        var bytes = new byte[checked(8 + header.Length + dataLength)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)header.Length);
        header.CopyTo(bytes.AsSpan(8));
        var position = 8 + header.Length;
        foreach (var (_, tensor) in tensors)
        {
            tensor.Data.Span.CopyTo(bytes.AsSpan(position));
            position += tensor.Data.Length;
        }

        return bytes;
    }

    private static ReadOnlySpan<byte> WriteHeader(SafetensorsFile file, List<KeyValuePair<string, SafetensorsTensor>> tensors, out long dataLength)
    {
        var buffer = new ArrayBufferWriter<byte>();
        dataLength = 0;
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (file.Metadata.Count > 0)
            {
                json.WriteStartObject(SafetensorsFile.MetadataName);
                foreach (var (key, value) in file.Metadata.OrderBy(m => m.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }

            foreach (var (name, tensor) in tensors)
            {
                if (SafetensorsTensor.ByteLength(tensor.Type, tensor.Shape) != tensor.Data.Length)
                    throw new ArgumentException($"The data of '{name}' do not have the length that its shape requires.", nameof(file));
                json.WriteStartObject(name);
                json.WriteString("dtype", tensor.Type.ToString().ToUpperInvariant());
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(dataLength);
                json.WriteNumberValue(dataLength += tensor.Data.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Spaces up to a multiple of eight, as in the reference writer: this aligns the data for every element type.
        var padding = (8 - (buffer.WrittenCount % 8)) % 8;
        buffer.GetSpan(8)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return buffer.WrittenSpan;
    }
}
