using System.Buffers.Binary;
using System.Text;
using WrnCloud.Safetensors;

namespace WrnCloud.Shared.Tests.Safetensors;

public sealed class SafetensorsFileTests
{
    private static readonly SafetensorsFile Sample = new(
        new Dictionary<string, SafetensorsTensor>(StringComparer.Ordinal)
        {
            ["fc.weight"] = new(TensorType.F32, [2, 3], Enumerable.Range(1, 24).Select(i => (byte)i).ToArray()),
            ["bn.\"odd\" näme"] = new(TensorType.Bf16, [4], new byte[] { 9, 8, 7, 6, 5, 4, 3, 2 }),
            ["steps"] = new(TensorType.I64, [], new byte[8]),
            ["nothing"] = new(TensorType.U8, [0, 5], ReadOnlyMemory<byte>.Empty),
        },
        new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" });

    private static byte[] File(string header, int dataLength) => File(Encoding.UTF8.GetBytes(header), dataLength);

    private static byte[] File(byte[] header, int dataLength)
    {
        var bytes = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes, 8);
        return bytes;
    }

    private static void AssertSame(SafetensorsFile expected, SafetensorsFile actual)
    {
        Assert.Equal(expected.Metadata, actual.Metadata);
        Assert.Equal(expected.Tensors.Keys.Order(StringComparer.Ordinal), actual.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, tensor) in expected.Tensors)
        {
            Assert.Equal(tensor.Type, actual.Tensors[name].Type);
            Assert.Equal(tensor.Shape, actual.Tensors[name].Shape);
            Assert.Equal(tensor.Data.ToArray(), actual.Tensors[name].Data.ToArray());
        }
    }

    [Fact]
    public void Read_WrittenFile_IsEqual()
    {
        var bytes = Sample.ToBytes();

        AssertSame(Sample, SafetensorsFile.Read(bytes));
        Assert.Equal(bytes, SafetensorsFile.Read(bytes).ToBytes());
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(bytes) % 8);
    }

    [Fact]
    public void Read_FileOfTheReferenceWriter_HasItsTensors()
    {
        var bytes = File(
            """{"__metadata__":{"format":"pt"},"b":{"dtype":"F16","shape":[1,2],"data_offsets":[8,12]}"""
                + ""","a":{"dtype":"I32","shape":[2],"data_offsets":[0,8]}}   """,
            12);
        bytes[^1] = 7;

        var file = SafetensorsFile.Read(bytes);

        Assert.Equal([0, 0, 0, 7], file.Tensors["b"].Data.ToArray());
        Assert.Equal((TensorType.I32, 2L), (file.Tensors["a"].Type, file.Tensors["a"].Shape.Single()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{}x")]
    [InlineData(""" {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"more":1}}""")]
    [InlineData("""{"a":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"u8","shape":[4],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"Q4","shape":[4],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":8,"shape":[4],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":4,"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[[4]],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4,4]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"\u0061":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""")]
    [InlineData("""{"a":{"dtype":"F64","shape":[4611686018427387904,4],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4294967296,4294967296,4294967296,4294967296,4294967296],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,4],"data_offsets":[0,4]}}""")]
    [InlineData("""{"__metadata__":{"x":1},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""")]
    [InlineData("""{"__metadata__":{"x":"1","x":"2"},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""")]
    [InlineData("""{"__metadata__":{},"__metadata__":{},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""")]
    [InlineData("""{"\uD800":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":[[[[[[[[[[[]]]]]]]]]]]}""")]
    public void Read_BrokenHeader_IsATypedError(string header) => Assert.Throws<SafetensorsException>(() => SafetensorsFile.Read(File(header, 4)));

    [Theory]
    [InlineData(0UL)]
    [InlineData(1_000UL)]
    [InlineData(100_000_001UL)]
    [InlineData(ulong.MaxValue)]
    public void Read_WrongHeaderLength_IsATypedError(ulong length)
    {
        var bytes = Sample.ToBytes();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);

        Assert.Throws<SafetensorsException>(() => SafetensorsFile.Read(bytes));
    }

    [Fact]
    public void Read_HeaderThatIsNotUtf8_IsATypedError()
    {
        var header = Encoding.UTF8.GetBytes("""{"__metadata__":{"k":"?"}}""");
        header[Array.IndexOf(header, (byte)'?')] = 0xff;

        Assert.Throws<SafetensorsException>(() => SafetensorsFile.Read(File(header, 0)));
    }

    [Fact]
    public void Read_MoreTensorsThanTheCap_IsATypedError()
    {
        static string Header(int count)
        {
            var entries = Enumerable.Range(0, count).Select(i => $"\"{i}\":{{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}");
            return "{" + string.Join(',', entries) + "}";
        }

        Assert.Equal(SafetensorsFile.MaxEntries, SafetensorsFile.Read(File(Header(SafetensorsFile.MaxEntries), 0)).Tensors.Count);
        Assert.Throws<SafetensorsException>(() => SafetensorsFile.Read(File(Header(SafetensorsFile.MaxEntries + 1), 0)));
    }

    [Fact]
    public void Read_EveryTruncation_IsATypedError()
    {
        var bytes = Sample.ToBytes();
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<SafetensorsException>(() => SafetensorsFile.Read(bytes.AsMemory(0, length)));
    }

    [Fact]
    public void Read_EveryBitFlip_IsAValueOrATypedError()
    {
        var bytes = Sample.ToBytes();
        var refused = 0;
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var damaged = bytes.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            refused += ReadsOrRefuses(damaged) ? 0 : 1;
        }

        Assert.True(refused > bytes.Length);
    }

    [Fact]
    public void Read_SeededDamage_IsAValueOrATypedError()
    {
        var random = new Random(16_052_016);
        var original = Sample.ToBytes();
        for (var round = 0; round < 20_000; round++)
        {
            var damaged = original.ToArray();
            for (var i = random.Next(1, 6); i > 0; i--) damaged[random.Next(random.Next(1, damaged.Length))] = (byte)random.Next(256);
            if (random.Next(4) == 0) damaged = damaged[..random.Next(damaged.Length)];
            ReadsOrRefuses(damaged);
        }
    }

    [Fact]
    public void ToBytes_DataOfAnotherLength_IsRefused()
    {
        var tensors = new Dictionary<string, SafetensorsTensor>(StringComparer.Ordinal) { ["a"] = new(TensorType.F32, [2], new byte[7]) };

        Assert.Throws<ArgumentException>(() => new SafetensorsFile(tensors, new Dictionary<string, string>(StringComparer.Ordinal)).ToBytes());
    }

    /// <summary>Any other exception fails the test that calls this.</summary>
    private static bool ReadsOrRefuses(byte[] bytes)
    {
        try
        {
            var file = SafetensorsFile.Read(bytes);
            Assert.True(file.Tensors.Values.Sum(t => (long)t.Data.Length) <= bytes.Length);
            return true;
        }
        catch (SafetensorsException)
        {
            return false;
        }
    }
}
