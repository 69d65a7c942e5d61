namespace WrnCloud.MlNetPeer;

/// <summary>A picture's file and the class that it is in.</summary>
/// <param name="Path">The file.</param>
/// <param name="Class">Its folder's name.</param>
internal sealed record Picture(string Path, string Class);
