using System.Text.Json.Serialization;

namespace WrnCloud.Datasets;

/// <summary>How the files of a data set are read.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DatasetFormat>))]
public enum DatasetFormat
{
    /// <summary>Records of one label byte and 3×32×32 pixel bytes; <see cref="Datasets.Cifar10Binary"/>.</summary>
    [JsonStringEnumMemberName("cifar10-binary")]
    Cifar10Binary,

    /// <summary>Records of a coarse and a fine label byte and 3×32×32 pixel bytes.</summary>
    [JsonStringEnumMemberName("cifar100-binary")]
    Cifar100Binary,

    /// <summary>MATLAB 5 files of the Street View House Numbers, cropped digits.</summary>
    [JsonStringEnumMemberName("svhn-mat")]
    SvhnMat,

    /// <summary>A zip with one folder of images per class and split.</summary>
    [JsonStringEnumMemberName("image-folder")]
    ImageFolder,
}
