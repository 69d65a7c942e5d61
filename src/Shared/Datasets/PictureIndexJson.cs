using System.Text.Json;
using System.Text.Json.Serialization;

namespace WrnCloud.Datasets;

/// <summary>Serialisation of an index's lines, generated at build time so that a trimmed trainer can read them.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.General,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    MaxDepth = 2,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(IndexedPicture))]
internal sealed partial class PictureIndexJson : JsonSerializerContext;
