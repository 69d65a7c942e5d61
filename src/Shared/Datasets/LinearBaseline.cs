using System.Numerics;

namespace WrnCloud.Datasets;

/// <summary>
/// Multinomial logistic regression on standardised raw pixels: what a data set gives away without convolutions. A network is worth its
/// training only by what it adds to this.
/// </summary>
public static class LinearBaseline
{
    private const int Features = LabelledImages.ImageBytes;
    private const int BatchSize = 64;
    private static readonly float[] LearningRates = [2e-3f, 3e-4f];

    /// <summary>
    /// Trains by minibatch SGD from zero weights at two learning rates, each falling linearly to zero, and returns the best top-1 accuracy
    /// (0 to 1) on the test images over all epochs of both: choosing by the test set flatters the baseline, never the network.
    /// </summary>
    /// <param name="train">Training images; their pixels' mean and deviation standardise both sets.</param>
    /// <param name="test">Test images of the same classes.</param>
    /// <param name="epochs">Passes over the training set at each learning rate.</param>
    /// <param name="cancellationToken">Ends the training between two minibatches.</param>
    public static double BestTestAccuracy(LabelledImages train, LabelledImages test, int epochs = 8, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        if (train.Size != 32 || test.Size != 32) throw new ArgumentException("The baseline is for images of 32×32.", nameof(train));
        if (train.Count == 0 || test.Count == 0) throw new ArgumentException("Both sets need images.", nameof(train));

        var (shift, scale) = Standardisation(train);
        var (trainInputs, testInputs) = (Inputs(train, shift, scale), Inputs(test, shift, scale));
        var best = 0.0;
        foreach (var learningRate in LearningRates)
        {
            var model = new Model(train.Classes.Count);
            var random = new Xoshiro256(0, 0);
            var order = Enumerable.Range(0, train.Count).ToArray();
            for (var epoch = 0; epoch < epochs; epoch++)
            {
                random.Shuffle(order);
                for (var first = 0; first < order.Length; first += BatchSize)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var done = (epoch + (first / (double)order.Length)) / epochs;
                    var batch = order.AsSpan(first, Math.Min(BatchSize, order.Length - first));
                    model.Step(trainInputs, train.Labels, batch, learningRate * (float)(1 - done));
                }

                best = Math.Max(best, model.Accuracy(testInputs, test.Labels));
            }
        }

        return best;
    }

    private static (float[] Shift, float[] Scale) Standardisation(LabelledImages images)
    {
        var sum = new long[Features];
        var squares = new long[Features];
        for (var i = 0; i < images.Pixels.Length; i++)
        {
            var value = images.Pixels[i];
            sum[i % Features] += value;
            squares[i % Features] += value * value;
        }

        var shift = new float[Features];
        var scale = new float[Features];
        for (var i = 0; i < Features; i++)
        {
            var mean = sum[i] / (double)images.Count;
            var variance = (squares[i] / (double)images.Count) - (mean * mean);
            shift[i] = (float)mean;
            scale[i] = variance > 1e-6 ? (float)(1 / Math.Sqrt(variance)) : 0;
        }

        return (shift, scale);
    }

    private static float[] Inputs(LabelledImages images, float[] shift, float[] scale)
    {
        var inputs = new float[images.Pixels.Length];
        for (var i = 0; i < inputs.Length; i++) inputs[i] = (images.Pixels[i] - shift[i % Features]) * scale[i % Features];
        return inputs;
    }

    private sealed class Model(int classes)
    {
        private readonly float[] weights = new float[classes * Features];
        private readonly float[] bias = new float[classes];
        private readonly float[] errors = new float[classes * BatchSize];

        public void Step(float[] inputs, ushort[] labels, ReadOnlySpan<int> batch, float learningRate)
        {
            for (var i = 0; i < batch.Length; i++)
            {
                var error = errors.AsSpan(i * classes, classes);
                Probabilities(Row(inputs, batch[i]), error);
                error[labels[batch[i]]] -= 1;
            }

            for (var i = 0; i < batch.Length; i++)
            {
                for (var c = 0; c < classes; c++)
                {
                    var step = -learningRate / batch.Length * errors[(i * classes) + c];
                    bias[c] += step;
                    Add(weights.AsSpan(c * Features, Features), step, Row(inputs, batch[i]));
                }
            }
        }

        public double Accuracy(float[] inputs, ushort[] labels)
        {
            var right = 0;
            var probabilities = new float[classes];
            for (var i = 0; i < labels.Length; i++)
            {
                Probabilities(Row(inputs, i), probabilities);
                if (probabilities.AsSpan().IndexOf(probabilities.Max()) == labels[i]) right++;
            }

            return right / (double)labels.Length;
        }

        private void Probabilities(ReadOnlySpan<float> input, Span<float> probabilities)
        {
            var most = float.NegativeInfinity;
            for (var c = 0; c < classes; c++)
            {
                probabilities[c] = bias[c] + Dot(weights.AsSpan(c * Features, Features), input);
                most = Math.Max(most, probabilities[c]);
            }

            var sum = 0f;
            for (var c = 0; c < classes; c++) sum += probabilities[c] = MathF.Exp(probabilities[c] - most);
            for (var c = 0; c < classes; c++) probabilities[c] /= sum;
        }

        private static ReadOnlySpan<float> Row(float[] inputs, int row) => inputs.AsSpan(row * Features, Features);

        // 3,072 is a multiple of every vector width.
        private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        {
            var sum = Vector<float>.Zero;
            for (var i = 0; i < Features; i += Vector<float>.Count) sum += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
            return Vector.Sum(sum);
        }

        private static void Add(Span<float> to, float times, ReadOnlySpan<float> values)
        {
            var factor = new Vector<float>(times);
            for (var i = 0; i < Features; i += Vector<float>.Count)
                (new Vector<float>(to[i..]) + (factor * new Vector<float>(values[i..]))).CopyTo(to[i..]);
        }
    }
}
