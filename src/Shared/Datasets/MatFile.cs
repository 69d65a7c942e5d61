using System.IO.Compression;
using System.Text;

namespace WrnCloud.Datasets;

/// <summary>
/// The numeric arrays of a MATLAB 5 file (MAT-File Format, level 5; what <c>save -v6</c> and <c>-v7</c> write),
/// compressed or not, in either byte order. Arrays of other kinds are passed over.
/// </summary>
internal sealed class MatFile
{
    private const int HeaderBytes = 128;
    private const int MostElements = 1000;
    private const int FirstNumericClass = 6;
    private const int LastNumericClass = 15;
    private const uint ComplexFlag = 0x0800;
    private readonly Stream _file;
    private readonly string _fileName;
    private readonly bool _isBigEndian;

    private MatFile(Stream file, string fileName, bool isBigEndian)
    {
        _file = file;
        _fileName = fileName;
        _isBigEndian = isBigEndian;
    }

    /// <summary>The arrays, in the file's order.</summary>
    public IReadOnlyList<MatVariable> Variables { get; private set; } = [];

    /// <summary>Looks through a file; no array's numbers are read yet.</summary>
    /// <param name="file">Seekable.</param>
    /// <param name="fileName">What an error calls it.</param>
    /// <exception cref="DatasetException">It is not such a file, or is damaged.</exception>
    public static MatFile Open(Stream file, string fileName)
    {
        var mat = new MatFile(file, fileName, ReadHeader(file, fileName));
        mat.Variables = mat.FindVariables();
        return mat;
    }

    /// <summary>A source at the first number of an array.</summary>
    public MatSource OpenData(MatVariable variable)
    {
        var source = OpenElement(variable.Offset, out _)!;
        _ = ReadVariable(source, variable.Offset);
        return source;
    }

    private static bool ReadHeader(Stream file, string fileName)
    {
        var header = new byte[HeaderBytes];
        file.Position = 0;
        var read = file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        if (read < HeaderBytes)
            throw new DatasetException(fileName, read, $"The file has {read} bytes; a MATLAB file has a header of {HeaderBytes}.");
        var isBigEndian = header.AsSpan(126).SequenceEqual("MI"u8);
        if (!isBigEndian && !header.AsSpan(126).SequenceEqual("IM"u8))
            throw new DatasetException(fileName, 126, "The file is not a MATLAB file of version 5 to 7: its byte order is not marked.");
        int major = header[isBigEndian ? 124 : 125];
        if (major != 1)
            throw new DatasetException(fileName, 124, $"The file is of MATLAB's format {major}; format 1 is read. Save it with the option -v7.");
        return isBigEndian;
    }

    private List<MatVariable> FindVariables()
    {
        var found = new List<MatVariable>();
        var elements = 0;
        for (long offset = HeaderBytes, next; offset < _file.Length; offset = next)
        {
            if (++elements > MostElements) throw new DatasetException(_fileName, offset, $"The file has more than {MostElements} elements.");
            using var source = OpenElement(offset, out next);
            if (source is null || ReadVariable(source, offset) is not { } variable) continue;
            if (found.Exists(v => v.Name == variable.Name)) throw new DatasetException(_fileName, offset, "A variable is there twice.");
            found.Add(variable);
        }

        return found;
    }

    // A source behind the tag of the matrix at this offset, unpacking it if need be; null for an empty one. Compressed elements have no padding.
    private MatSource? OpenElement(long offset, out long next)
    {
        _file.Position = offset;
        var source = new MatSource(_file, _fileName, offset, isPacked: false, _isBigEndian);
        var tag = source.ReadTag();
        if (tag.IsSmall || tag.Type is not (MatType.Matrix or MatType.Compressed))
            throw new DatasetException(_fileName, offset, $"An element has the type {tag.Type}; a matrix (14) or a compressed one (15) is expected.");
        var isPacked = tag.Type == MatType.Compressed;
        next = offset + 8 + tag.Length + (isPacked ? 0 : tag.Padding);
        if (offset + 8 + tag.Length > _file.Length)
        {
            throw new DatasetException(
                _fileName, offset, $"The element has {tag.Length} bytes by its tag, the file {_file.Length - offset - 8} more.");
        }

        if (!isPacked) return tag.Length == 0 ? null : source;

        // Whoever reads another element sets the position anew, so that reading ahead does no harm.
        source = new MatSource(new ZLibStream(_file, CompressionMode.Decompress, leaveOpen: true), _fileName, offset, isPacked: true, _isBigEndian);
        if (source.ReadTag() is not { Type: MatType.Matrix, IsSmall: false }) throw source.Wrong("The compressed element is not a matrix.");
        return source;
    }

    // Flags, dimensions, name, and the tag of the numbers; null for an array of another kind.
    private static MatVariable? ReadVariable(MatSource source, long offset)
    {
        var tag = source.ReadTag();
        var flags = source.ReadData(tag, 8, "An array's flags");
        if (tag.Type != MatType.UInt32 || flags.Length != 8) throw source.Wrong("A matrix does not start with its flags.");
        var word = source.ToUInt32(flags);
        if ((word & 0xFF) is < FirstNumericClass or > LastNumericClass) return null;

        tag = source.ReadTag();
        var sizes = source.ReadData(tag, 8 * sizeof(int), "An array's list of dimensions");
        if (tag.Type != MatType.Int32 || sizes.Length < 2 * sizeof(int) || sizes.Length % sizeof(int) != 0)
            throw source.Wrong("A matrix has 2 to 8 dimensions.");
        var dimensions = new int[sizes.Length / sizeof(int)];
        for (var i = 0; i < dimensions.Length; i++) dimensions[i] = (int)source.ToUInt32(sizes.AsSpan(i * sizeof(int)));

        tag = source.ReadTag();
        var name = source.ReadData(tag, 255, "An array's name");
        if (tag.Type is not (MatType.Int8 or MatType.UInt8 or MatType.Utf8)) throw source.Wrong("A matrix has a name.");
        if ((word & ComplexFlag) != 0) return null;

        tag = source.ReadTag();
        var bytes = MatType.Bytes(tag.Type);
        if (bytes == 0) throw source.Wrong($"An array's numbers have the type {tag.Type}, which is none of numbers.");
        var count = (Int128)1;
        foreach (var dimension in dimensions) count = dimension < 0 ? throw source.Wrong($"A dimension is {dimension}.") : count * dimension;
        if (count * bytes != tag.Length)
            throw source.Wrong($"The array {string.Join("×", dimensions)} has {tag.Length} bytes of numbers of {bytes}.");
        return new MatVariable(Encoding.UTF8.GetString(name), dimensions, tag.Type, offset);
    }
}
