using System.Globalization;

namespace WrnCloud.Datasets;

/// <summary>How a class's name is shown where it must be told from others that look like it.</summary>
public static class ClassName
{
    /// <summary>
    /// The name in quotes, with <c>\uXXXX</c> for what is not seen or looks like something else: marks, spaces but the usual one, control characters.
    /// </summary>
    public static string Quoted(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return $"'{string.Concat(name.Select(c => IsSeen(c) ? $"{c}" : $"\\u{(int)c:X4}"))}'";
    }

    private static bool IsSeen(char c) => c == ' ' || char.GetUnicodeCategory(c) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned);
}
