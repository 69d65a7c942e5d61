using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using WrnCloud.Functions.Http;
using WrnCloud.Models;

namespace WrnCloud.Functions.Models;

/// <summary>HTTP functions for the model registry.</summary>
public sealed class ModelFunctions(ReadModels read, MoveAliases aliases)
{
    [Function("ListModels")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "models")] HttpRequest request) =>
        Answer.FromAsync(request, ct => read.ListAsync(request, ct), "next", "count");

    [Function("GetModel")]
    public Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "models/{name}")] HttpRequest request, string name) =>
        Answer.FromAsync(request, ct => read.GetAsync(name, ct));

    [Function("GetModelVersion")]
    public Task<IResult> GetVersionAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "models/{name}/versions/{version}")] HttpRequest request,
        string name,
        string version) =>
        Answer.FromAsync(request, ct => read.GetVersionAsync(name, Query.Version(version), ct));

    [Function("GetModelArtifact")]
    public Task<IResult> GetArtifactAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "models/{name}/versions/{version}/artifacts/{file}")] HttpRequest request,
        string name,
        string version,
        string file) =>
        Answer.FromAsync(request, ct => read.GetArtifactAsync(name, Query.Version(version), file, ct));

    [Function("GetModelSample")]
    public Task<IResult> GetSampleAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "models/{name}/versions/{version}/artifacts/samples/{file}")] HttpRequest request,
        string name,
        string version,
        string file) =>
        Answer.FromAsync(request, ct => read.GetArtifactAsync(name, Query.Version(version), $"{SamplePictures.Folder}/{file}", ct));

    [Function("DeleteModelVersion")]
    public Task<IResult> DeleteVersionAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "models/{name}/versions/{version}")] HttpRequest request,
        string name,
        string version) =>
        Answer.FromAsync(request, ct => read.DeleteVersionAsync(name, Query.Version(version), ct));

    [Function("GetModelAlias")]
    public Task<IResult> GetAliasAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "models/{name}/aliases/{alias}")] HttpRequest request, string name, string alias) =>
        Answer.FromAsync(request, ct => aliases.GetAsync(request, name, alias, ct));

    [Function("SetModelAlias")]
    public Task<IResult> SetAliasAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "models/{name}/aliases/{alias}")] HttpRequest request, string name, string alias) =>
        Answer.FromAsync(request, ct => aliases.SetAsync(request, name, alias, ct));

    [Function("RemoveModelAlias")]
    public Task<IResult> RemoveAliasAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "models/{name}/aliases/{alias}")] HttpRequest request,
        string name,
        string alias) =>
        Answer.FromAsync(request, ct => aliases.RemoveAsync(request, name, alias, ct));
}
