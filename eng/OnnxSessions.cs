using Microsoft.ML.OnnxRuntime;
using WrnCloud.Hosting;

namespace WrnCloud.Onnx;

/// <summary>
/// The one way to a session of ONNX Runtime: its telemetry is off before the library initialises. Compiled into each project that runs models;
/// <c>eng/BannedSymbols.txt</c> refuses every other way.
/// </summary>
internal static class OnnxSessions
{
    private static readonly OrtEnv Runtime = Start();

    /// <summary>Loads a model from memory, so that no file beside it is read.</summary>
    /// <param name="onnx">The whole file.</param>
    /// <param name="logLevel">The least severe message that goes to standard error.</param>
    /// <param name="intraOpThreads">Threads for one run; 0 lets ONNX Runtime take all cores.</param>
    /// <exception cref="OnnxRuntimeException">The bytes are no model that ONNX Runtime can run.</exception>
    public static InferenceSession Load(byte[] onnx, OrtLoggingLevel logLevel, int intraOpThreads = 0)
    {
        _ = Runtime;
#pragma warning disable RS0030 // This is the one place.
        using var options = new SessionOptions { IntraOpNumThreads = intraOpThreads, InterOpNumThreads = 1, LogSeverityLevel = logLevel };
        return new InferenceSession(onnx, options);
#pragma warning restore RS0030
    }

    private static OrtEnv Start()
    {
        OnnxRuntimeTelemetry.SwitchOff();
#pragma warning disable RS0030 // This is the one place.
        var runtime = OrtEnv.Instance();
#pragma warning restore RS0030

        // The variable keeps the uploader away; this silences the events that Windows' own tracing would still record.
        runtime.DisableTelemetryEvents();
        return runtime;
    }
}
