using System.Diagnostics;

namespace WrnCloud.RefereeHost;

/// <summary>Trace contexts (W3C) for invocations that nobody traced before: the worker takes none without.</summary>
internal static class TraceParent
{
    public static string New() => $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-00";
}
