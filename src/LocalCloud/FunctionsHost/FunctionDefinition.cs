using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace WrnCloud.LocalCloud.FunctionsHost;

/// <summary>A function as its attributes declare it: exactly one trigger.</summary>
internal sealed record FunctionDefinition(
    string Name, MethodInfo Method, HttpTriggerAttribute? Http, ServiceBusTriggerAttribute? ServiceBus, TimerTriggerAttribute? Timer);
