using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Network;

/// <summary>One batch through a network in training, and back: the plain way, all by autograd.</summary>
internal class TrainingPass(Tensor logits)
{
    /// <summary>N×classes, float32, in autograd's graph.</summary>
    public Tensor Logits => logits;

    /// <summary>Leaves at every trained parameter the gradient of <paramref name="loss"/>, a scalar made of the logits. Once.</summary>
    public virtual void Backward(Tensor loss) => loss.backward();
}
