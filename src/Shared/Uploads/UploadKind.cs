namespace WrnCloud.Uploads;

/// <summary>Kinds of uploads.</summary>
public enum UploadKind
{
    /// <summary>A zip of pictures, or one picture, to classify.</summary>
    Batch,

    /// <summary>The files of a data set, its manifest last.</summary>
    Dataset,

    /// <summary>A file of weights to import.</summary>
    Weights,
}
