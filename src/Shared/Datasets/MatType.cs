namespace WrnCloud.Datasets;

/// <summary>The data types of a MATLAB 5 file (MAT-File Format, table 1-1) that are read.</summary>
internal static class MatType
{
    public const int Int8 = 1;
    public const int UInt8 = 2;
    public const int Int16 = 3;
    public const int UInt16 = 4;
    public const int Int32 = 5;
    public const int UInt32 = 6;
    public const int Single = 7;
    public const int Double = 9;
    public const int Int64 = 12;
    public const int UInt64 = 13;
    public const int Matrix = 14;
    public const int Compressed = 15;
    public const int Utf8 = 16;

    /// <summary>Bytes of one number; 0 for what is no number.</summary>
    public static int Bytes(int type) => type switch
    {
        Int8 or UInt8 => 1,
        Int16 or UInt16 => 2,
        Int32 or UInt32 or Single => 4,
        Double or Int64 or UInt64 => 8,
        _ => 0,
    };
}
