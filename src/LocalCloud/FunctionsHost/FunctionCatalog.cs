using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace WrnCloud.LocalCloud.FunctionsHost;

/// <summary>The functions of an assembly, found by their attributes.</summary>
internal sealed class FunctionCatalog
{
    private FunctionCatalog(IReadOnlyList<FunctionDefinition> functions) => Functions = functions;

    public IReadOnlyList<FunctionDefinition> Functions { get; }

    /// <summary>Finds every function.</summary>
    /// <exception cref="InvalidOperationException">A function has no trigger or an HTTP trigger without verbs, or a name is used twice.</exception>
    public static FunctionCatalog Discover(Assembly assembly)
    {
        var functions = assembly.GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Select(m => (Method: m, m.GetCustomAttribute<FunctionAttribute>()?.Name))
            .Where(m => m.Name is not null)
            .Select(m => Define(m.Name!, m.Method))
            .ToList();
        var repeated = functions.GroupBy(f => f.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1);
        return repeated is null ? new FunctionCatalog(functions) : throw new InvalidOperationException($"Two functions are named '{repeated.Key}'.");
    }

    private static FunctionDefinition Define(string name, MethodInfo method)
    {
        var attributes = method.GetParameters().SelectMany(p => p.GetCustomAttributes()).ToList();
        var definition = new FunctionDefinition(
            name,
            method,
            attributes.OfType<HttpTriggerAttribute>().SingleOrDefault(),
            attributes.OfType<ServiceBusTriggerAttribute>().SingleOrDefault(),
            attributes.OfType<TimerTriggerAttribute>().SingleOrDefault());
        if (definition is { Http: null, ServiceBus: null, Timer: null })
            throw new InvalidOperationException($"The function '{name}' has no trigger.");
        return definition is not { Http.Methods: null or [] }
            ? definition
            : throw new InvalidOperationException($"The function '{name}' names no verb.");
    }
}
