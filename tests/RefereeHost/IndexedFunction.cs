using System.Text.Json;
using WrnCloud.RefereeHost.Rpc;

namespace WrnCloud.RefereeHost;

/// <summary>A function as the worker indexed it.</summary>
/// <param name="Id">What invocations name it by.</param>
/// <param name="Name">Its name.</param>
/// <param name="Trigger">Its trigger's binding: <c>name</c> of the parameter, <c>type</c>, and what the type needs.</param>
internal sealed record IndexedFunction(string Id, string Name, JsonElement Trigger)
{
    public static IndexedFunction Of(RpcFunctionMetadata metadata)
    {
        var bindings = metadata.RawBindings.Select(b => JsonSerializer.Deserialize<JsonElement>(b));
        return new IndexedFunction(
            metadata.FunctionId,
            metadata.Name,
            bindings.Single(b => b.GetProperty("type").GetString()!.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase)));
    }

    public bool Is(string trigger) => string.Equals(Text("type"), trigger, StringComparison.OrdinalIgnoreCase);

    /// <summary>A text of the trigger's binding.</summary>
    public string Text(string property) => Trigger.GetProperty(property).GetString()!;

    /// <summary>A request to run it with a value for its trigger, or with none where that travels over HTTP.</summary>
    public InvocationRequest Invocation(string invocationId, string traceParent, TypedData? value)
    {
        var request = new InvocationRequest
        {
            InvocationId = invocationId,
            FunctionId = Id,
            TraceContext = new RpcTraceContext { TraceParent = traceParent },
        };
        if (value is not null) request.InputData.Add(new ParameterBinding { Name = Text("name"), Data = value });
        return request;
    }
}
