namespace WrnCloud.Datasets;

/// <summary>The split that a folder's name says.</summary>
public enum FolderSplit
{
    /// <summary>Training.</summary>
    Train,

    /// <summary>Validation. In a data set without an index, where there are no test pictures, it is what is tested on.</summary>
    Validation,

    /// <summary>Test.</summary>
    Test,
}
