using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace WrnCloud.LocalCloud.FunctionsHost;

/// <summary>Calls a function the way the worker does: one scope for each invocation, arguments by trigger, type or route value.</summary>
internal sealed class FunctionInvoker(IServiceProvider services)
{
    /// <summary>Invokes a function. Returns the value of its task, or null.</summary>
    public async Task<object?> InvokeAsync(
        FunctionDefinition function, object triggerValue, IReadOnlyDictionary<string, string> route, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var instance = ActivatorUtilities.CreateInstance(scope.ServiceProvider, function.Method.DeclaringType!);
        var arguments = function.Method.GetParameters().Select(p => Argument(p, triggerValue, route, cancellationToken)).ToArray();
        var task = (Task)function.Method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
        await task;
        return task is Task<IResult> result ? await result : null;
    }

    private static object? Argument(
        ParameterInfo parameter, object triggerValue, IReadOnlyDictionary<string, string> route, CancellationToken cancellationToken)
    {
        if (parameter.ParameterType.IsInstanceOfType(triggerValue)) return triggerValue;
        if (parameter.ParameterType == typeof(CancellationToken)) return cancellationToken;
        if (parameter.ParameterType == typeof(TimerInfo)) return new TimerInfo();
        if (route.TryGetValue(parameter.Name!, out var value)) return value;
        throw new InvalidOperationException($"The parameter '{parameter.Name}' can't be bound.");
    }
}
