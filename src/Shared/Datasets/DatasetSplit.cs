using System.Text.Json.Serialization;

namespace WrnCloud.Datasets;

/// <summary>Which part of a data set a file or a picture belongs to.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DatasetSplit>))]
public enum DatasetSplit
{
    /// <summary>The images that the network is trained on.</summary>
    [JsonStringEnumMemberName("train")]
    Train,

    /// <summary>The images that accuracy is measured on; never trained on.</summary>
    [JsonStringEnumMemberName("test")]
    Test,

    /// <summary>The images that decide when to stop and which weights are published. Only a data set with an index has such a split.</summary>
    [JsonStringEnumMemberName("validation")]
    Validation,
}
