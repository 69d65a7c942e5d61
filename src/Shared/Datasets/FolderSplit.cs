namespace WrnCloud.Datasets;

/// <summary>The split that a folder's name says.</summary>
public enum FolderSplit
{
    /// <summary>Training.</summary>
    Train,

    /// <summary>Validation: what is tested on where there are no test pictures.</summary>
    Validation,

    /// <summary>Test.</summary>
    Test,
}
