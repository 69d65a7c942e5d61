using System.CommandLine;
using WrnCloud.Models;

namespace WrnCloud.Cli.Commands.Models;

internal static class ModelArgument
{
    /// <summary>The argument MODEL.</summary>
    /// <param name="description">Its help text.</param>
    /// <param name="check">Returns the problem with a well-formed reference, or null.</param>
    public static Argument<ModelReference> Create(
        string description = "NAME (production, else the latest), NAME@VERSION or NAME:ALIAS.",
        Func<ModelReference, string?>? check = null) => new("MODEL")
        {
            Description = description,
            CustomParser = result =>
            {
                if (!ModelReference.TryParse(result.Tokens[0].Value, out var reference, out var problem)) result.AddError(problem);
                else if (check?.Invoke(reference) is { } wrong) result.AddError(wrong);
                return reference;
            },
        };
}
