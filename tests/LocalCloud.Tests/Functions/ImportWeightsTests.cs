using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Functions.Uploads;
using WrnCloud.Functions.Weights;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Uploads;
using WrnCloud.Weights;

namespace WrnCloud.LocalCloud.Tests.Functions;

/// <summary>Imports of weights as they are asked for, and the sets that come of them, on a real store and a real broker.</summary>
[Collection(typeof(FunctionsCollection))]
public sealed class ImportWeightsTests(FunctionsFixture fixture)
{
    private static readonly byte[] Content = [1, 2, 3];
    private readonly string _name = "w" + new RandomIdSource().NewWriteId();
    private readonly IServiceProvider _services = fixture.Build();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ArtifactFile File => new("resnet18.pth", Content.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Content)));

    private WeightsImportRequest Request => new()
    {
        Name = _name,
        File = File,
        Normalisation = new ChannelStatistics([0.5, 0.5, 0.5], [0.25, 0.25, 0.25]),
        Licence = "MIT",
    };

    [Fact]
    public async Task Import_UploadedFile_BecomesAQueuedJob()
    {
        var ticket = await UploadAsync();
        Assert.Equal("resnet18.pth", Assert.Single(ticket.Files).Name);
        await PutAsync(Content);

        var job = await ImportAsync(Request);

        Assert.Equal((JobState.Queued, _name, File.Sha256), (job.State, job.Import!.Name, job.Resolved.DatasetHash));
        Assert.Equal([0.5, 0.5, 0.5], job.Import.Normalisation.Mean);
        Assert.Equal(ErrorCatalogue.InUse, await RefusalAsync(() => _services.GetRequiredService<ReadWeights>().DeleteAsync(_name, Token)));
    }

    [Fact]
    public async Task Import_FileMissingOrOfAnotherLength_IsRefused()
    {
        Assert.Equal(ErrorCatalogue.UploadMismatch, await RefusalAsync(() => ImportAsync(Request)));
        await PutAsync([1, 2]);
        Assert.Equal(ErrorCatalogue.UploadMismatch, await RefusalAsync(() => ImportAsync(Request)));
    }

    [Theory]
    [InlineData("""{"name":"a","file":{"name":"x","length":1,"sha256":"aa","colour":1}}""", "/file/colour")]
    [InlineData("""{"name":"a","file":7}""", "/file")]
    [InlineData("""{"name":"a","normalisation":{"mean":"grey"}}""", "/normalisation/mean")]
    public async Task Import_WrongFields_AreNamed(string body, string pointer)
    {
        var refusal = await Assert.ThrowsAsync<WrnException>(() => ImportAsync(System.Text.Encoding.UTF8.GetBytes(body)));

        Assert.Contains(pointer, refusal.FieldErrors.Select(e => e.Pointer));
    }

    [Fact]
    public async Task Import_NameThatIsTaken_IsDoneAlreadyOrRefused()
    {
        await PutAsync(Content);
        var first = await ImportAsync(Request);
        var set = new WeightsManifest
        {
            Name = _name,
            Network = "ResNet-18",
            Normalisation = Request.Normalisation!,
            Sha256 = new string('a', 64),
            Source = "",
            Licence = "MIT",
            File = File,
            ImportHash = first.Import!.Hash,
            JobId = first.Id,
        };
        await _services.GetRequiredService<WeightsCatalog>().PublishAsync(set, Token);

        Assert.Equal(first.Id, (await ImportAsync(Request)).Id);
        Assert.Empty((await UploadAsync()).Files);
        Assert.Equal(ErrorCatalogue.AlreadyExists, await RefusalAsync(() => ImportAsync(Request with { ImageSize = 256 })));
        Assert.Equal(ErrorCatalogue.AlreadyExists, await RefusalAsync(() => UploadAsync(new string('c', 64))));
        Assert.Equal(ErrorCatalogue.AlreadyExists, await RefusalAsync(() => ImportAsync(Request with { Name = BuiltInWeights.ResNet18.Name })));
    }

    [Fact]
    public async Task Read_Sets_BuiltInOnesFirst_AndADeletedOneIsGone()
    {
        var catalog = _services.GetRequiredService<WeightsCatalog>();
        var set = BuiltInWeights.ResNet18 with { Name = _name, File = File };
        await catalog.PublishAsync(set, Token);
        await fixture.Blobs.TryCreateAsync(WeightsCatalog.FileName(_name, set.Sha256), Content, "application/octet-stream", Token);
        var read = _services.GetRequiredService<ReadWeights>();

        var page = Value<Page<WeightsManifest>>(await read.ListAsync(new DefaultHttpContext().Request, Token));
        Assert.Equal(BuiltInWeights.ResNet18.Name, page.Items[0].Name);
        Assert.Contains(_name, page.Items.Select(s => s.Name));
        Assert.Equal(_name, Value<WeightsManifest>(await read.GetAsync(_name, Token)).Name);

        await read.DeleteAsync(_name, Token);

        Assert.Equal(ErrorCatalogue.WeightsNotFound, await RefusalAsync(() => read.GetAsync(_name, Token)));
        Assert.Equal(ErrorCatalogue.WeightsNotFound, await RefusalAsync(() => read.DeleteAsync(_name, Token)));
        Assert.False(await fixture.Blobs.ExistsAsync(WeightsCatalog.FileName(_name, set.Sha256), Token));
        Assert.Equal(ErrorCatalogue.InUse, await RefusalAsync(() => read.DeleteAsync(BuiltInWeights.ResNet18.Name, Token)));
    }

    private static async Task<ErrorCode> RefusalAsync(Func<Task> act) => (await Assert.ThrowsAsync<WrnException>(act)).Error;

    private static T Value<T>(IResult result) => Assert.IsType<T>(Assert.IsAssignableFrom<IValueHttpResult>(result).Value);

    private static HttpRequest Post(byte[] body)
    {
        var context = new DefaultHttpContext
        {
            Request = { Method = "POST", ContentType = "application/json", Body = new MemoryStream(body), ContentLength = body.Length },
        };
        return context.Request;
    }

    private static byte[] Json<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, WrnJson.Compact);

    private async Task<UploadTicket> UploadAsync(string? hash = null)
    {
        var upload = new UploadRequest { Kind = UploadKind.Weights, Name = _name, Files = [File with { Sha256 = hash ?? File.Sha256 }] };
        return Value<UploadTicket>(await _services.GetRequiredService<GrantUpload>().HandleAsync(Post(Json(upload)), Token));
    }

    private Task<bool> PutAsync(byte[] content) =>
        fixture.Blobs.TryCreateAsync(WeightsCatalog.UploadName(_name, File.Sha256), content, "application/octet-stream", Token);

    private Task<Job> ImportAsync(WeightsImportRequest request) => ImportAsync(Json(request));

    private async Task<Job> ImportAsync(byte[] body) =>
        Value<Job>(await _services.GetRequiredService<ImportWeights>().HandleAsync(Post(body), Token));
}
