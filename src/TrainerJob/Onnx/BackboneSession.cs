using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using WrnCloud.Onnx;
using WrnCloud.TrainerJob.Network;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Onnx;

/// <summary>
/// The layers of a network before its classifier in ONNX Runtime, with the weights that it had when this was made:
/// on a CPU in float32 the fastest way to look through it. Equal thread counts give equal bits.
/// </summary>
internal sealed class BackboneSession : IDisposable
{
    private const string Input = "images";
    private readonly InferenceSession _session;
    private readonly string _output;
    private float[] _pixels = [];

    /// <param name="network">The network.</param>
    /// <param name="side">Side of the images.</param>
    /// <param name="threads">Threads for one batch.</param>
    public BackboneSession(ImageClassifier network, int side, int threads)
    {
        var graph = new OnnxGraph(network.Spec.Name);
        _output = OnnxBackbone.Append(graph, network, graph.Input(Input, TensorProto.Types.DataType.Float, "N", 3, side, side));
        graph.Output(_output, TensorProto.Types.DataType.Float, "N", network.Classifier.Weight.shape[1]);
        _session = OnnxSessions.Load(graph.ToModel().ToByteArray(), OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, threads);
    }

    /// <summary>Features of normalised images N×3×S×S, float32 on the CPU in any layout: float32 N×channels.</summary>
    public Tensor Features(Tensor images)
    {
        using var planar = images.contiguous();
        var values = MemoryMarshal.Cast<byte, float>(planar.bytes);
        if (_pixels.Length < values.Length) _pixels = new float[values.Length];
        values.CopyTo(_pixels);
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _pixels.AsMemory(0, values.Length), planar.shape);
        using var run = new RunOptions();
        using var outputs = _session.Run(run, [Input], [input], [_output]);
        return tensor(outputs[0].GetTensorDataAsSpan<float>().ToArray()).reshape(planar.shape[0], -1);
    }

    public void Dispose() => _session.Dispose();
}
