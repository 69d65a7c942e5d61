using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace WrnCloud.Functions.Tests.Scoring;

/// <summary>
/// Writes small ONNX files field by field: mean colour of the image, one linear layer, softmax.
/// Each knob turns one thing into what should be refused.
/// </summary>
internal sealed record OnnxFile
{
    public string InputName { get; init; } = "images";
    public string OutputName { get; init; } = "probabilities";
    public int Channels { get; init; } = 3;
    public int Height { get; init; } = 4;
    public int Width { get; init; } = 4;
    public bool FixedBatch { get; init; }
    public string? Classes { get; init; } = """["red","green","blue"]""";
    public string? Resize { get; init; }
    public string? UnsureBelow { get; init; }
    public string? DistanceQuantiles { get; init; }

    /// <summary>A second output: the mean of the logits.</summary>
    public bool HasDistance { get; init; }
    public string OpsetDomain { get; init; } = "";
    public string NodeDomain { get; init; } = "";
    public string LastOperator { get; init; } = "Softmax";
    public int Opset { get; init; } = 17;
    public byte[] ExtraModelFields { get; init; } = [];
    public byte[] ExtraGraphFields { get; init; } = [];
    public byte[] ExtraTensorFields { get; init; } = [];
    public byte[] ExtraAttributeFields { get; init; } = [];

    public static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>A field that holds a message, a string or bytes.</summary>
    public static byte[] Field(int number, byte[] content) => [.. Varint(((uint)number << 3) | 2), .. Varint((uint)content.Length), .. content];

    public static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    public static byte[] Field(int number, uint value) => [.. Varint((uint)number << 3), .. Varint(value)];

    public byte[] Build()
    {
        byte[] metadata = Classes is null ? [] : Field(14, [.. Field(1, "classes"), .. Field(2, Classes)]);
        foreach (var (key, value) in new[] { ("resize", Resize), ("unsure_below", UnsureBelow), ("distance_quantiles", DistanceQuantiles) })
            if (value is not null) metadata = [.. metadata, .. Field(14, [.. Field(1, key), .. Field(2, value)])];
        return
        [
            .. Field(1, 8u),
            .. Field(8, [.. Field(1, OpsetDomain), .. Field(2, (uint)Opset)]),
            .. Field(7, Graph()),
            .. metadata,
            .. ExtraModelFields,
        ];
    }

    private byte[] Graph() =>
    [
        .. Field(1, Node("Cast", [InputName], "floats", Field(5, [.. Field(1, "to"), .. Field(3, 1u), .. Field(20, 2u)]))),
        .. Field(1, Node("ReduceMean", ["floats"], "means", [.. Axes(1, 2), .. DropDimensions])),
        .. Field(1, Node("MatMul", ["means", "weights"], "logits", [])),
        .. Field(1, Node(LastOperator, ["logits"], OutputName, Axis())),
        .. HasDistance ? Field(1, Node("ReduceMean", ["logits"], "distance", [.. Axes(1), .. DropDimensions])) : [],
        .. Field(2, "graph"),
        .. Field(5, Weights()),
        .. Field(11, Value(InputName, 2, FixedBatch ? 1 : null, Height, Width, Channels)),
        .. Field(12, Value(OutputName, 1, null, 3)),
        .. HasDistance ? Field(12, Value("distance", 1, null)) : [],
        .. ExtraGraphFields,
    ];

    private static byte[] Axes(params uint[] axes) =>
        Field(5, [.. Field(1, "axes"), .. axes.SelectMany(a => Field(8, a)), .. Field(20, 7u)]);

    private static byte[] DropDimensions => Field(5, [.. Field(1, "keepdims"), .. Field(3, 0u), .. Field(20, 2u)]);

    private byte[] Axis() => Field(5, [.. Field(1, "axis"), .. Field(3, 1u), .. Field(20, 2u), .. ExtraAttributeFields]);

    private byte[] Node(string type, string[] inputs, string output, byte[] attributes) =>
        [.. inputs.SelectMany(i => Field(1, i)), .. Field(2, output), .. Field(3, output), .. Field(4, type), .. attributes, .. Field(7, NodeDomain)];

    // The identity, scaled: the class is the strongest channel.
    private byte[] Weights()
    {
        var values = new byte[Channels * 3 * 4];
        for (var i = 0; i < 3; i++) BinaryPrimitives.WriteSingleLittleEndian(values.AsSpan(i * 16), 0.1f);
        return [.. Field(1, (uint)Channels), .. Field(1, 3u), .. Field(2, 1u), .. Field(8, "weights"), .. Field(9, values), .. ExtraTensorFields];
    }

    private static byte[] Value(string name, uint elementType, int? batch, params int[] sizes)
    {
        byte[] dimensions = [.. Field(1, batch is { } n ? Field(1, (uint)n) : Field(2, "N")), .. sizes.SelectMany(s => Field(1, Field(1, (uint)s)))];
        return [.. Field(1, name), .. Field(2, Field(1, [.. Field(1, elementType), .. Field(2, dimensions)]))];
    }

    private static byte[] Varint(uint value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }
}
