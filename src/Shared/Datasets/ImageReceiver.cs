namespace WrnCloud.Datasets;

/// <summary>Takes the images of a split one after the other, so that no reader needs them all in memory.</summary>
/// <param name="image"><c>3×S×S</c>, planes red, green, blue; valid during the call only.</param>
/// <param name="label">The index of its class.</param>
public delegate void ImageReceiver(ReadOnlySpan<byte> image, int label);
