namespace WrnCloud.Datasets;

/// <summary>A file of a data set is not what its format asks for. Nothing of such a file is used.</summary>
public sealed class DatasetException : Exception
{
    /// <summary>The stable code that the API, the job record and the logs carry.</summary>
    public const string InvalidCode = "data-invalid";

    /// <summary>States what is wrong, in which file and where.</summary>
    public DatasetException(string fileName, long offset, string problem, Exception? innerException = null)
        : base($"{fileName}, byte {offset}: {problem}", innerException)
    {
        FileName = fileName;
        Offset = offset;
    }

    /// <summary>Always <see cref="InvalidCode"/>.</summary>
    public string Code { get; } = InvalidCode;

    /// <summary>The file as its manifest names it.</summary>
    public string FileName { get; }

    /// <summary>Where in the file, in bytes from its start.</summary>
    public long Offset { get; }
}
