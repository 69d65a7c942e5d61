using System.CommandLine;
using System.Numerics;

namespace WrnCloud.Cli.Commands;

/// <summary>An option that takes a number, with a clear message for anything else.</summary>
internal static class NumberOption
{
    public static Option<T?> Create<T>(string name, string description, T? min = null, T? max = null)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = "NUMBER",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (!T.TryParse(text, null, out var number) || !T.IsFinite(number))
                    result.AddError($"{name}: '{text}' is not {(typeof(T) == typeof(double) ? "a number" : "a whole number")}.");
                else if (number < min || number > max) result.AddError($"{name} must be from {min} to {max}, not {text}.");
                else return number;
                return null;
            },
        };
}
