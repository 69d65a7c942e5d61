namespace WrnCloud.Datasets.Checks;

/// <summary>A picture of an image folder as a check has seen it.</summary>
/// <param name="Name">The zip and the path in it.</param>
/// <param name="Split">The split that its place says.</param>
/// <param name="Class">The class that its folder says.</param>
/// <param name="Look">What it looks like; null where it can't be read.</param>
/// <param name="Problem">Why it can't be read; null where it can.</param>
public sealed record CheckedPicture(string Name, FolderSplit Split, string Class, PictureLook? Look, string? Problem = null);
