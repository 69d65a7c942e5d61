using WrnCloud.Storage;

namespace WrnCloud.Models;

/// <summary>A model as users name it: <c>NAME</c> (production, else the latest), <c>NAME@VERSION</c> or <c>NAME:ALIAS</c>.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Version">The version, if one is named.</param>
/// <param name="Alias">The alias, if one is named.</param>
public sealed record ModelReference(string Name, int? Version = null, string? Alias = null)
{
    /// <summary>Parses a reference; on failure <paramref name="problem"/> is a sentence for the user.</summary>
    public static bool TryParse(string text, out ModelReference reference, out string problem)
    {
        reference = new ModelReference(text);
        problem = "";
        var cut = text.IndexOfAny(['@', ':']);
        var (name, rest) = cut < 0 ? (text, null) : (text[..cut], text[(cut + 1)..]);
        if (!BlobName.IsSegment(name))
        {
            problem = $"'{name}' is not a model name: use a-z, 0-9, '.', '_' and '-'.";
        }
        else if (rest is null)
        {
            reference = new ModelReference(name);
        }
        else if (text[cut] == '@')
        {
            if (int.TryParse(rest, System.Globalization.NumberStyles.None, null, out var version) && version > 0)
                reference = new ModelReference(name, version);
            else problem = $"'{rest}' is not a version: write NAME@1, NAME@2, …";
        }
        else if (BlobName.IsSegment(rest))
        {
            reference = new ModelReference(name, Alias: rest);
        }
        else
        {
            problem = $"'{rest}' is not an alias: write for example {name}:production.";
        }

        return problem.Length == 0;
    }

    /// <inheritdoc/>
    public override string ToString() => Version is not null ? $"{Name}@{Version}" : Alias is not null ? $"{Name}:{Alias}" : Name;
}
