using WrnCloud.TrainerJob.Runtime;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Runtime;

public sealed class TorchScriptsTests
{
    [Fact]
    public async Task FusedSgd_WhileTheCollectorRuns_KeepsItsNumbers()
    {
        NativeRuntime.Prepare(1);
        using var ended = new CancellationTokenSource();
        var collector = Task.Run(() =>
        {
            while (!ended.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        for (var round = 0; round < 5_000; round++)
        {
            using var scope = NewDisposeScope();
            Tensor[] weights = [tensor([1f])], gradients = [tensor([2f])], momenta = [tensor([0f])];
            TorchScripts.FusedSgd(weights, gradients, momenta, 0.5, 0.9, 0.1, nesterov: true);

            // The decayed gradient is 2.5; Nesterov's step is 0.1 · (2.5 + 0.9 · 2.5).
            Assert.Equal(1 - (0.1 * 1.9 * 2.5), weights[0].item<float>(), 1e-6);
        }

        await ended.CancelAsync();
        await collector;
    }

    [Fact]
    public void LerpAll_Pairs_MovesEachTowardsItsSource()
    {
        using var scope = NewDisposeScope();
        Tensor[] targets = [tensor([0f, 4f]), tensor([1f])];

        TorchScripts.LerpAll(targets, [tensor([8f, 0f]), tensor([3f])], 0.25);

        Assert.Equal([2f, 3f], targets[0].data<float>().ToArray());
        Assert.Equal([1.5f], targets[1].data<float>().ToArray());
    }
}
