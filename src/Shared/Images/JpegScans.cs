using System.Buffers.Binary;

namespace WrnCloud.Images;

/// <summary>Checks the coefficients that a JPEG's scan headers announce against those that its frame needs.</summary>
internal sealed class JpegScans
{
    private const int Coefficients = 64;
    private const int Unseen = -1;

    // Of each component's coefficients how many low bits no scan has brought.
    private readonly Dictionary<byte, int[]> _missingBits = [];
    private JpegFrame? _frame;
    private long _restartInterval, _restarts, _neededRestarts;

    /// <summary>
    /// Whether scans of every component have brought every coefficient to its last bit, and the last scan has all its restarts.
    /// Whether the data behind its last marker are whole, no header tells.
    /// </summary>
    /// <param name="file">The JPEG.</param>
    public static bool AreAllThere(ReadOnlySpan<byte> file)
    {
        var scans = new JpegScans();
        var markers = new JpegMarkers(file);
        while (markers.Next() && markers.Marker != JpegMarkers.EndOfImage)
        {
            if (markers.IsRestart) scans._restarts++;
            else if (markers.IsFrame) scans.Begin(JpegFrame.Of(markers.Marker, markers.Segment));
            else if (markers.Marker == JpegMarkers.StartOfScan) scans.Add(markers.Segment);
            else if (markers.Marker == JpegMarkers.RestartInterval && markers.Segment.Length == 2)
                scans._restartInterval = BinaryPrimitives.ReadUInt16BigEndian(markers.Segment);
        }

        return scans._missingBits.Count > 0
            && scans._missingBits.Values.All(bits => Array.TrueForAll(bits, missing => missing == 0))
            && scans._restarts >= scans._neededRestarts;
    }

    private void Begin(JpegFrame? frame)
    {
        _frame = frame;
        _missingBits.Clear();
        foreach (var component in frame?.Components ?? []) _missingBits[component.Id] = [.. Enumerable.Repeat(Unseen, Coefficients)];
    }

    private void Add(ReadOnlySpan<byte> header)
    {
        if (_frame is null || header.Length < 1 || header.Length < 4 + (2 * header[0])) throw EncodedImage.Truncated("JPEG");
        var scanned = new List<JpegFrame.Component>();
        for (var i = 0; i < header[0]; i++)
        {
            var id = header[1 + (2 * i)];
            scanned.AddRange(_frame.Components.Where(c => c.Id == id).Take(1));
        }

        // The first and the last coefficient, and how many low bits of them are left to later scans; a sequential scan has all of them.
        var band = header[(1 + (2 * header[0]))..];
        var (first, last, missing) = _frame.IsProgressive ? (band[0], band[1], band[2] & 15) : (0, Coefficients - 1, 0);
        foreach (var component in scanned)
        {
            for (var k = first; k <= last && k < Coefficients; k++) _missingBits[component.Id][k] = missing;
        }

        _restarts = 0;
        _neededRestarts = _restartInterval == 0 || scanned.Count == 0 ? 0 : (Units(_frame, scanned) - 1) / _restartInterval;
    }

    // A scan of one component goes by its own blocks, one of several by the blocks that the coarsest of all shares.
    private static long Units(JpegFrame frame, List<JpegFrame.Component> scanned)
    {
        var (across, down) = (frame.MostHorizontal, frame.MostVertical);
        return scanned.Count > 1
            ? Up(frame.Width, 8 * across) * Up(frame.Height, 8 * down)
            : Up(Up(frame.Width * scanned[0].Horizontal, across), 8) * Up(Up(frame.Height * scanned[0].Vertical, down), 8);
    }

    private static long Up(long length, long by) => (length + by - 1) / by;
}
