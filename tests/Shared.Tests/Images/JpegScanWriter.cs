namespace WrnCloud.Shared.Tests.Images;

/// <summary>
/// Encodes coefficients drawn at random as a gray JPEG: sequential with restarts, or progressive with refinements, which Skia does not write.
/// </summary>
internal sealed class JpegScanWriter
{
    private const byte EndOfBlock = 0x00, SixteenZeros = 0xF0;

    private readonly List<byte> _scan = [];
    private readonly int _side;
    private readonly int[][] _blocks;
    private int _bits, _count;

    private JpegScanWriter(int blocksPerSide, int seed)
    {
        var random = new Random(seed);
        _side = 8 * blocksPerSide;
        _blocks = [.. Enumerable.Range(0, blocksPerSide * blocksPerSide).Select(_ => Block())];

        int[] Block() => [random.Next(-60, 61), .. Enumerable.Range(1, 63).Select(Other)];

        int Other(int k) => random.Next(3) > 0 ? 0 : random.Next(-200 / k, 1 + (200 / k));
    }

    /// <summary>One scan with a restart after every so many blocks; 0 for none.</summary>
    public static byte[] Sequential(int blocksPerSide, int restartInterval, int seed)
    {
        var writer = new JpegScanWriter(blocksPerSide, seed);
        return writer.File(0xC0, restartInterval, writer.Scan(0, 63, 0, 0, () => writer.WriteBlocks(restartInterval)));
    }

    /// <summary>Four scans: all but the lowest bit of the first coefficient and of the others, then the lowest bits.</summary>
    public static byte[] Progressive(int blocksPerSide, int seed)
    {
        var writer = new JpegScanWriter(blocksPerSide, seed);
        return writer.File(
            0xC2,
            0,
            [
                .. writer.Scan(0, 0, 0, 1, () => writer.WriteFirst(1)),
                .. writer.Scan(1, 63, 0, 1, () => Array.ForEach(writer._blocks, b => writer.WriteOthers(b, 1))),
                .. writer.Scan(0, 0, 1, 0, () => Array.ForEach(writer._blocks, b => writer.Put(b[0] & 1, 1))),
                .. writer.Scan(1, 63, 1, 0, () => Array.ForEach(writer._blocks, writer.RefineOthers)),
            ]);
    }

    private void WriteBlocks(int restartInterval)
    {
        var last = 0;
        for (var i = 0; i < _blocks.Length; i++)
        {
            if (restartInterval > 0 && i > 0 && i % restartInterval == 0)
            {
                Flush();
                _scan.AddRange([0xFF, (byte)(0xD0 + (((i / restartInterval) - 1) % 8))]);
                last = 0;
            }

            PutFirst(_blocks[i][0] - last);
            last = _blocks[i][0];
            WriteOthers(_blocks[i], 0);
        }
    }

    private void WriteFirst(int shift)
    {
        var last = 0;
        foreach (var block in _blocks)
        {
            PutFirst((block[0] >> shift) - last);
            last = block[0] >> shift;
        }
    }

    // A zero-run and a size in one symbol, then the value.
    private void WriteOthers(int[] block, int shift)
    {
        var zeros = 0;
        for (var k = 1; k < 64; k++)
        {
            var value = Math.Sign(block[k]) * (Math.Abs(block[k]) >> shift);
            if (value == 0)
            {
                zeros++;
                continue;
            }

            for (; zeros > 15; zeros -= 16) PutSymbol(SixteenZeros);
            PutSymbol((zeros << 4) | Size(value));
            PutValue(value);
            zeros = 0;
        }

        if (zeros > 0) PutSymbol(EndOfBlock);
    }

    // T.81, G.1.2.3: a coefficient that is new has a symbol; one that was there already has a bit behind the next symbol.
    private void RefineOthers(int[] block)
    {
        var lastNew = Array.FindLastIndex(block, v => Math.Abs(v) == 1);
        var bits = new List<int>();
        var zeros = 0;
        for (var k = 1; k < 64; k++)
        {
            var value = Math.Abs(block[k]);
            if (value == 0)
            {
                zeros++;
                continue;
            }

            for (; zeros > 15 && k <= lastNew; zeros -= 16) PutSymbolAndBits(SixteenZeros);
            if (value > 1)
            {
                bits.Add(value & 1);
                continue;
            }

            PutSymbol((zeros << 4) | 1);
            Put(block[k] > 0 ? 1 : 0, 1);
            PutBits();
            zeros = 0;
        }

        if (zeros > 0 || bits.Count > 0) PutSymbolAndBits(EndOfBlock);

        void PutSymbolAndBits(int symbol)
        {
            PutSymbol(symbol);
            PutBits();
        }

        void PutBits()
        {
            foreach (var bit in bits) Put(bit, 1);
            bits.Clear();
        }
    }

    private void PutFirst(int difference)
    {
        Put(Size(difference), 4);
        PutValue(difference);
    }

    private void PutValue(int value) => Put(value > 0 ? value : value + (1 << Size(value)) - 1, Size(value));

    // The codes of the tables below are the symbols' places in them.
    private void PutSymbol(int symbol) => Put(Symbols.IndexOf((byte)symbol), 8);

    private void Put(int bits, int count)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            _bits = (_bits << 1) | ((bits >> i) & 1);
            if (++_count < 8) continue;
            _scan.Add((byte)_bits);
            if (_scan[^1] == 0xFF) _scan.Add(0);
            (_bits, _count) = (0, 0);
        }
    }

    private void Flush()
    {
        if (_count > 0) Put(0xFF, 8 - _count);
    }

    private byte[] Scan(byte first, byte last, int high, int low, Action write)
    {
        _scan.Clear();
        write();
        Flush();
        return [.. JpegFile.Segment(0xDA, [1, 1, 0, first, last, (byte)((high << 4) | low)]), .. _scan];
    }

    private byte[] File(byte frame, int restartInterval, byte[] scans) =>
    [
        0xFF, 0xD8,
        .. JpegFile.Segment(0xDB, [0, .. Enumerable.Repeat((byte)8, 64)]),
        .. JpegFile.Segment(0xC4, [0x00, 0, 0, 0, 12, .. new byte[12], .. Enumerable.Range(0, 12).Select(i => (byte)i)]),
        .. JpegFile.Segment(0xC4, [0x10, .. new byte[7], (byte)Symbols.Count, .. new byte[8], .. Symbols]),
        .. JpegFile.Segment(0xDD, [0, (byte)restartInterval]),
        .. JpegFile.Segment(frame, [8, 0, (byte)_side, 0, (byte)_side, 1, 1, 0x11, 0]),
        .. scans,
        0xFF, 0xD9,
    ];

    private static List<byte> Symbols { get; } =
        [EndOfBlock, SixteenZeros, .. Enumerable.Range(0, 160).Select(i => (byte)(((i / 10) << 4) | (1 + (i % 10))))];

    private static int Size(int value) => 32 - int.LeadingZeroCount(Math.Abs(value));
}
