namespace WrnCloud.Jobs;

/// <summary>
/// Transfer learning: what a run starts from. Images are normalised as the weights were trained, whatever the new data set's statistics are.
/// </summary>
public sealed record InitRequest
{
    /// <summary>
    /// A set of pretrained weights by its name, of which <c>resnet18</c> is built in and others were imported; or a published version of the same
    /// network whose parity check passed: <c>NAME@VERSION</c>, <c>NAME:ALIAS</c> or, where no set has that name, <c>NAME</c> (production, else the
    /// latest). Which version that is, is decided when the request is accepted. The classifier is taken over when both have the same classes in the
    /// same order; else the run starts with a new one.
    /// </summary>
    public string? From { get; init; }

    /// <summary>The part of the network that keeps its starting weights; default <c>none</c>.</summary>
    public Freeze? Freeze { get; init; }
}
