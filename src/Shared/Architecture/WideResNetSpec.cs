using System.Text.RegularExpressions;

namespace WrnCloud.Architecture;

/// <summary>
/// WRN-n-k for 32×32 images: depth n, widening factor k and block type (arXiv 1605.07146, Table 1). Three groups of
/// N = (n − 4) / 6 blocks with 16k, 32k and 64k channels behind a 3×3 convolution to 16 channels; pre-activation throughout.
/// For block types other than B(3,3) the depth is nominal, as in Table 2: N = (n − 4) / 6 for every type.
/// </summary>
/// <param name="Depth">n, nominal: 6N + 4.</param>
/// <param name="Width">k, at least 1.</param>
/// <param name="Block">Kernel sizes of a block.</param>
public sealed partial record WideResNetSpec(int Depth, int Width, BlockType Block) : NetworkSpec
{
    /// <summary>Deepest net that a request may name.</summary>
    public const int MaxDepth = 100;

    /// <summary>Widest net that a request may name.</summary>
    public const int MaxWidth = 20;

    /// <summary>Channels of the first convolution, the same in every experiment of the paper.</summary>
    public const int StemChannels = 16;

    /// <summary>N: blocks in each of the three groups.</summary>
    public int BlocksPerGroup => (Depth - 4) / 6;

    /// <summary>Output channels of the three groups: 16k, 32k, 64k.</summary>
    public IReadOnlyList<int> GroupChannels => [16 * Width, 32 * Width, 64 * Width];

    /// <inheritdoc/>
    public override int ImageSize => CifarImageSize;

    /// <summary>The field's name for the net: <c>WRN-28-10</c>, with the block type appended when it is not B(3,3).</summary>
    public override string Name => Block.Equals(BlockType.Basic) ? $"WRN-{Depth}-{Width}" : $"WRN-{Depth}-{Width}-{Block}";

    /// <summary>
    /// Reads a name such as <c>WRN-16-2</c> or <c>WRN-40-2-B(3,1)</c>. On failure <paramref name="problem"/> is a sentence that
    /// says what is wrong and, for a wrong depth, which depths are nearest.
    /// </summary>
    public static bool TryParse(string? text, out WideResNetSpec spec, out string problem)
    {
        spec = new WideResNetSpec(16, 1, BlockType.Basic);
        problem = "";
        var match = NamePattern().Match(text ?? "");
        if (!match.Success)
        {
            problem = "A network is named WRN-depth-width, such as WRN-16-2, or with a block type, such as WRN-40-2-B(3,1).";
            return false;
        }

        var block = match.Groups["block"].Success ? BlockType.TryParse(match.Groups["block"].Value) : BlockType.Basic;
        if (block is null)
        {
            problem = $"The block type is one of {string.Join(", ", BlockType.All)}.";
            return false;
        }

        if (!int.TryParse(match.Groups["depth"].Value, out var depth) || depth is < 10 or > MaxDepth || (depth - 4) % 6 != 0)
        {
            var below = (((depth - 4) / 6) * 6) + 4;
            var nearest = depth < 10 ? "one is 10" : depth > MaxDepth ? $"one is {MaxDepth}" : $"ones are {below} and {below + 6}";
            problem = $"The depth is 6N + 4, from 10 to {MaxDepth}; the nearest right {nearest}.";
            return false;
        }

        if (!int.TryParse(match.Groups["width"].Value, out var width) || width is < 1 or > MaxWidth)
        {
            problem = $"The width is from 1 to {MaxWidth}.";
            return false;
        }

        spec = new WideResNetSpec(depth, width, block);
        return true;
    }

    /// <inheritdoc/>
    public override long ParameterCount(int classes)
    {
        long count = 3 * StemChannels * 9;
        foreach (var layer in Convolutions().Skip(1)) count += (long)layer.In * layer.Out * layer.Kernel * layer.Kernel;
        foreach (var channels in NormalisedChannels()) count += 2L * channels;
        return count + ((long)GroupChannels[2] * classes) + classes;
    }

    /// <inheritdoc/>
    public override long MultiplyAccumulates(int classes) =>
        Convolutions().Sum(l => (long)l.In * l.Out * l.Kernel * l.Kernel * l.OutputSize * l.OutputSize) + ((long)GroupChannels[2] * classes);

    private IEnumerable<(int In, int Out, int Kernel, int OutputSize)> Convolutions()
    {
        yield return (3, StemChannels, 3, ImageSize);
        var input = StemChannels;
        for (var group = 0; group < 3; group++)
        {
            var output = GroupChannels[group];
            var size = ImageSize >> group;
            for (var block = 0; block < BlocksPerGroup; block++)
            {
                var current = input;
                for (var i = 0; i < Block.Kernels.Length; i++)
                {
                    yield return (current, output, Block.Kernels[i], size);
                    current = output;
                }

                if (input != output) yield return (input, output, 1, size);
                input = output;
            }
        }
    }

    private IEnumerable<int> NormalisedChannels()
    {
        var input = StemChannels;
        foreach (var output in GroupChannels)
        {
            for (var block = 0; block < BlocksPerGroup; block++)
            {
                yield return input;
                for (var i = 1; i < Block.Kernels.Length; i++) yield return output;
                input = output;
            }
        }

        yield return input;
    }

    [GeneratedRegex(@"\AWRN-(?<depth>[0-9]{1,4})-(?<width>[0-9]{1,4})(-(?<block>B\([0-9,]{1,9}\)))?\z", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamePattern();
}
