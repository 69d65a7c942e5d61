using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using WrnCloud.Functions.OpenApi;

namespace WrnCloud.Functions.Tests.OpenApi;

/// <summary>The functions with an HTTP trigger, as their attributes declare them.</summary>
internal static class HttpFunctions
{
    public static IReadOnlyList<(string Name, string Verb, string Route, AuthorizationLevel Level)> All { get; } =
    [
        .. typeof(ApiDocument).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Select(m => (
                m.GetCustomAttribute<FunctionAttribute>()?.Name,
                Http: m.GetParameters().Select(p => p.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(a => a is not null)))
            .Where(f => f.Name is not null && f.Http is not null)
            .SelectMany(f => f.Http!.Methods!.Select(verb => (f.Name!, verb, f.Http.Route ?? f.Name!, f.Http.AuthLevel))),
    ];
}
