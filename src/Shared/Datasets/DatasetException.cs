using WrnCloud.Errors;

namespace WrnCloud.Datasets;

/// <summary>A file of a data set is not what its format asks for. Nothing of such a file is used.</summary>
/// <param name="fileName">The file as its manifest names it; empty where it is the data set as a whole.</param>
/// <param name="offset">Where in the file, in bytes from its start.</param>
/// <param name="problem">A sentence with the offending value.</param>
/// <param name="innerException">What a parser said, if one did.</param>
public sealed class DatasetException(string fileName, long offset, string problem, Exception? innerException = null)
    : Exception(fileName.Length == 0 ? problem : $"{fileName}, byte {offset}: {problem}", innerException)
{
    /// <summary>Always <see cref="ErrorCatalogue.DataInvalid"/>.</summary>
    public ErrorCode Error { get; } = ErrorCatalogue.DataInvalid;

    /// <summary>The error's stable code.</summary>
    public string Code => Error.Code;

    /// <summary>The file as its manifest names it; empty where it is the data set as a whole.</summary>
    public string FileName { get; } = fileName;

    /// <summary>Where in the file, in bytes from its start.</summary>
    public long Offset { get; } = offset;
}
