namespace WrnCloud.Hosting;

/// <summary>
/// Stops ONNX Runtime's telemetry. Official builds upload usage events by default; one variable, read when the library
/// initialises, disables the uploader, its events and the device identifier that it would store on disk.
/// </summary>
public static class OnnxRuntimeTelemetry
{
    /// <summary>The library's own variable.</summary>
    public const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>The value that switches telemetry off.</summary>
    public const string Off = "1";

    private static readonly Lazy<bool> Done = new(() =>
    {
        NativeEnvironment.Set(Variable, Off);
        return true;
    });

    /// <summary>Switches it off for this process and its children, whatever the variable was. Call it before anything touches ONNX Runtime.</summary>
    public static void SwitchOff() => _ = Done.Value;
}
