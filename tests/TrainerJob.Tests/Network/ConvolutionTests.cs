using WrnCloud.TrainerJob.Network;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Network;

public sealed class ConvolutionTests
{
    /// <summary>Channels in and out, kernel, stride and side: what the wide and the ImageNet nets are made of.</summary>
    public static TheoryData<int, int, int, int, int> Shapes => new()
    {
        { 3, 16, 3, 1, 32 },
        { 16, 32, 1, 1, 32 },
        { 32, 64, 1, 2, 32 },
        { 64, 128, 1, 2, 16 },
        { 256, 128, 1, 1, 56 },
        { 512, 128, 1, 1, 28 },
        { 16, 160, 1, 1, 32 },
        { 160, 320, 1, 2, 32 },
        { 320, 640, 1, 2, 16 },
        { 256, 512, 1, 2, 16 },
        { 640, 640, 3, 1, 8 },
        { 160, 320, 3, 2, 32 },
        { 64, 64, 1, 1, 8 },
        { 3, 64, 7, 2, 224 },
        { 128, 512, 1, 1, 28 },
        { 512, 1024, 1, 2, 28 },
        { 2048, 512, 1, 1, 7 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward_AndBackward_AreThoseOfDoublePrecision(int inputs, int outputs, int kernel, int stride, int size)
    {
        foreach (var (type, tolerance) in new[] { (ScalarType.Float32, 1e-4), (ScalarType.BFloat16, 2e-2) })
        {
            using var scope = NewDisposeScope();
            using var random = new Generator(1);
            using var layer = new Convolution(inputs, outputs, kernel, stride, new ParameterFactory(random, CPU));
            var images = empty(2, size, size, inputs).normal_(0, 1, random).to(type).permute(0, 3, 1, 2).detach().requires_grad_();
            var exactImages = images.detach().to(ScalarType.Float64).contiguous().requires_grad_();
            var exactWeight = layer.Weight.detach().to(type).to(ScalarType.Float64).contiguous().requires_grad_();

            var result = layer.call(images);
            var exact = nn.functional.conv2d(exactImages, exactWeight, null, [stride, stride], [kernel / 2, kernel / 2]);
            var gradient = empty(exact.shape).normal_(0, 1, random).to(type);
            result.backward([gradient]);
            exact.backward([gradient.to(ScalarType.Float64)]);

            Assert.Equal(exact.shape, result.shape);
            Assert.InRange(Difference(result, exact), 0, tolerance);
            Assert.InRange(Difference(images.grad!, exactImages.grad!), 0, tolerance);
            Assert.InRange(Difference(layer.Weight.grad!, exactWeight.grad!), 0, tolerance);
        }
    }

    private static double Difference(Tensor actual, Tensor expected) =>
        ((actual.detach().to(ScalarType.Float64) - expected.detach()).abs().max() / expected.detach().abs().max()).item<double>();
}
