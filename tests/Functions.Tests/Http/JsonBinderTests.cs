using System.Text;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Scoring;
using WrnCloud.Uploads;

namespace WrnCloud.Functions.Tests.Http;

public sealed class JsonBinderTests
{
    private readonly List<FieldError> _errors = [];

    [Fact]
    public void Bind_WholeRequest_KeepsEveryField()
    {
        var request = Bind<TrainingRequest>(
            """{"model":"WRN-16-2","dataset":"shapes10","recipe":"fast/shapes10","overrides":"""
                + """{"epochs":2,"precision":"bf16","flip":false},"seed":9007199254740991,"maxMinutes":5,"dryRun":true}""");

        Assert.Empty(_errors);
        Assert.Equal("WRN-16-2", request.Model);
        Assert.Equal(new SettingOverrides { Epochs = 2, Precision = Precision.Bf16, Flip = false }, request.Overrides);
        Assert.Equal(9_007_199_254_740_991, request.Seed);
        Assert.True(request.DryRun);
    }

    [Fact]
    public void Bind_SeveralWrongFields_FindsAllAtOnce()
    {
        var request = Bind<TrainingRequest>(
            """{"model":7,"dataset":"shapes10","overrides":{"epochs":"ten","flip":1,"precision":"fp8","epoch":3}"""
                + ""","seed":1.5,"maxMinutes":1e9,"colour":"red"}""");

        Assert.Equal(
            [
                ("/colour", "unknown-field"), ("/maxMinutes", "value-invalid"), ("/model", "value-invalid"), ("/overrides/epoch", "unknown-field"),
                ("/overrides/epochs", "value-invalid"),
                ("/overrides/flip", "value-invalid"),
                ("/overrides/precision", "value-invalid"),
                ("/seed", "value-invalid"),
            ],
            _errors.Select(e => (e.Pointer, e.Code)).Order());
        Assert.Null(request.Model);
        Assert.Equal("shapes10", request.Dataset);
        Assert.Equal("auto, fp32, bf16", _errors.Single(e => e.Pointer == "/overrides/precision").Allowed);
    }

    [Fact]
    public void Bind_StartingWeights_AreRead()
    {
        var request = Bind<TrainingRequest>("""{"init":{"from":"base@3","freeze":"group2"}}""");

        Assert.Empty(_errors);
        Assert.Equal(new InitRequest { From = "base@3", Freeze = Freeze.Group2 }, request.Init);
    }

    [Fact]
    public void Bind_WrongStartingWeights_AreToldByTheirPlaces()
    {
        Bind<TrainingRequest>("""{"init":{"from":3,"freeze":"head","model":"base"}}""");

        Assert.Equal(
            [("/init/freeze", "value-invalid"), ("/init/from", "value-invalid"), ("/init/model", "unknown-field")],
            _errors.Select(e => (e.Pointer, e.Code)).Order());
        Assert.Equal("none, stem, group1, group2, group3, backbone", _errors.Single(e => e.Pointer == "/init/freeze").Allowed);
    }

    [Fact]
    public void Bind_UnknownFieldInAListsItem_IsToldByName()
    {
        Bind<UploadRequest>("""{"kind":"dataset","files":[{"name":"a","length":1,"sha256":""},{"name":"b","size":1}]}""");

        var error = Assert.Single(_errors);
        Assert.Equal(("/files/1/size", "unknown-field"), (error.Pointer, error.Code));
    }

    [Fact]
    public void Bind_NothingButWrongFields_StopsAtTheLimit()
    {
        Bind<TrainingRequest>("{" + string.Join(",", Enumerable.Range(0, 2000).Select(i => $"\"field{i}\":1")) + "}");

        Assert.Equal(JsonBinder.MaxErrors, _errors.Count);
    }

    [Theory]
    [InlineData("modle", "model")]
    [InlineData("Dataset", "dataset")]
    [InlineData("dry_run", "dryRun")]
    public void Bind_MisspeltField_NamesTheNearest(string name, string meant)
    {
        Bind<TrainingRequest>($$"""{"{{name}}":1}""");

        var error = Assert.Single(_errors);
        Assert.Equal($"/{name}", error.Pointer);
        Assert.Contains($"Did you mean '{meant}'?", error.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("photographer")]
    [InlineData("a-name-that-is-longer-than-any-field-can-be-and-would-cost-time-to-compare-with-each")]
    [InlineData("")]
    public void Bind_FieldUnlikeAny_ListsTheKnownOnes(string name)
    {
        Bind<AliasRequest>($$"""{"{{name}}":1}""");

        var error = Assert.Single(_errors);
        Assert.DoesNotContain("Did you mean", error.Detail, StringComparison.Ordinal);
        Assert.Equal("version", error.Allowed);
    }

    [Fact]
    public void Bind_NameWithSlashAndTilde_IsEscapedInThePointer()
    {
        Bind<AliasRequest>("""{"a/b~c":1}""");

        Assert.Equal("/a~1b~0c", Assert.Single(_errors).Pointer);
    }

    [Fact]
    public void Bind_Null_IsAsAbsent()
    {
        var request = Bind<TrainingRequest>("""{"model":null,"overrides":null,"seed":null}""");

        Assert.Empty(_errors);
        Assert.Equal(new TrainingRequest(), request);
    }

    [Theory]
    [InlineData("""{"overrides":7}""", "/overrides")]
    [InlineData("""{"overrides":[]}""", "/overrides")]
    [InlineData("""{"overrides":"epochs"}""", "/overrides")]
    [InlineData("""{"model":{}}""", "/model")]
    [InlineData("""{"model":["WRN-16-2"]}""", "/model")]
    [InlineData("""{"seed":"1"}""", "/seed")]
    [InlineData("""{"seed":99999999999999999999}""", "/seed")]
    [InlineData("""{"dryRun":"true"}""", "/dryRun")]
    [InlineData("""{"overrides":{"learningRate":"NaN"}}""", "/overrides/learningRate")]
    [InlineData("""{"overrides":{"precision":1}}""", "/overrides/precision")]
    [InlineData("""{"model":"\ud800"}""", "/model")]
    public void Bind_WrongKind_IsOneFieldError(string json, string pointer)
    {
        Bind<TrainingRequest>(json);

        var error = Assert.Single(_errors);
        Assert.Equal((pointer, "value-invalid"), (error.Pointer, error.Code));
        Assert.NotNull(error.Allowed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("\"model\"")]
    [InlineData("{} {}")]
    [InlineData("{'model':1}")]
    [InlineData("""{"model":"a","model":"b"}""")]
    [InlineData("""{"overrides":{"epochs":1,"epochs":2}}""")]
    [InlineData("""{"\ud800":1}""")]
    public void Bind_NoObjectOfDistinctFields_IsBodyInvalid(string json)
    {
        var refusal = Assert.Throws<WrnException>(() => Bind<TrainingRequest>(json));

        Assert.Equal(ErrorCatalogue.BodyInvalid, refusal.Error);
    }

    [Theory]
    [InlineData("""{"model":"a","model":"b"}""", "twice")]
    [InlineData("{\n\"model\":x}", "line 2, byte 9")]
    [InlineData("", "line 1, byte 1")]
    public void Bind_NoJson_SaysWhere(string json, string place) =>
        Assert.Contains(place, Assert.Throws<WrnException>(() => Bind<TrainingRequest>(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Bind_ByteOrderMark_IsSkipped() =>
        Assert.Equal("a", JsonBinder.Bind<TrainingRequest>((byte[])[.. "\uFEFF"u8, .. """{"model":"a"}"""u8], _errors).Model);

    [Fact]
    public void Bind_TooDeep_IsBodyInvalid()
    {
        var json = $$"""{"overrides":{{string.Concat(Enumerable.Repeat("[", 40))}}{{string.Concat(Enumerable.Repeat("]", 40))}}}""";

        Assert.Equal(ErrorCatalogue.BodyInvalid, Assert.Throws<WrnException>(() => Bind<TrainingRequest>(json)).Error);
    }

    [Theory]
    [InlineData("{\"model\":\"\\xff\"}")]
    [InlineData("{\"\\xff\":1}")]
    [InlineData("{\"overrides\":{\"\\xc3\":1}}")]
    public void Bind_NoUtf8_IsADocumentedError(string escaped)
    {
        var bytes = Encoding.Latin1.GetBytes(
            escaped.Replace("\\xff", "\u00ff", StringComparison.Ordinal).Replace("\\xc3", "\u00c3", StringComparison.Ordinal));

        var refusal = Record.Exception(() => JsonBinder.Bind<TrainingRequest>(bytes, _errors));

        Assert.True(_errors.Count == 1 || refusal is WrnException { Error.Code: "body-invalid" }, refusal?.ToString());
    }

    [Fact]
    public void Bind_RandomBytes_NeverThrowAnythingElse()
    {
        var random = new Random(20_160_523);
        var whole = """{"model":"WRN-16-2","dataset":"d","recipe":"r","overrides":{"epochs":2,"flip":true},"seed":1,"dryRun":false}"""u8.ToArray();
        for (var round = 0; round < 3000; round++)
        {
            var damaged = whole[..random.Next(whole.Length + 1)];
            for (var i = random.Next(4); i > 0 && damaged.Length > 0; i--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);

            var refusal = Record.Exception(() => JsonBinder.Bind<TrainingRequest>(damaged, []));

            Assert.True(refusal is null or WrnException { Error.Code: "body-invalid" }, $"{Convert.ToHexString(damaged)}: {refusal}");
        }
    }

    [Fact]
    public void Bind_Lists_AreBoundWhole()
    {
        var upload = Bind<UploadRequest>("""{"kind":"dataset","name":"d","files":[{"name":"manifest.json","length":2,"sha256":"00"}]}""");
        var predict = Bind<PredictRequest>("""{"images":[{"name":"a","data":"AQI="}]}""");

        Assert.Empty(_errors);
        Assert.Equal(UploadKind.Dataset, upload.Kind);
        Assert.Equal([new ArtifactFile("manifest.json", 2, "00")], upload.Files);
        Assert.Equal([1, 2], Assert.Single(predict.Images!).Data);
    }

    [Theory]
    [InlineData("""{"files":{}}""", "/files")]
    [InlineData("""{"files":[{"name":7}]}""", "/files/0/name")]
    [InlineData("""{"files":[7]}""", "/files")]
    [InlineData("""{"kind":"zip"}""", "/kind")]
    public void Bind_WrongList_IsOneFieldError(string json, string pointer)
    {
        Bind<UploadRequest>(json);

        Assert.Equal(pointer, Assert.Single(_errors).Pointer);
    }

    private T Bind<T>(string json)
        where T : class, new() => JsonBinder.Bind<T>(Encoding.UTF8.GetBytes(json), _errors);
}
