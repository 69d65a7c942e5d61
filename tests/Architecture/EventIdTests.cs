using System.Globalization;
using System.Text.RegularExpressions;

namespace WrnCloud.Architecture;

/// <summary>A log record's event id says which line of code wrote it, whatever the process.</summary>
public sealed partial class EventIdTests
{
    [Fact]
    public void LogMessages_HaveIdsOfTheirOwn()
    {
        var messages = Sources.All.Where(f => f.StartsWith("src/", StringComparison.Ordinal))
            .SelectMany(file => Message().Matches(Repository.Read(file)).Select(m => (File: file, Id: m.Groups["id"].Value)))
            .ToList();

        Assert.NotEmpty(messages);
        Assert.Empty(messages.Where(m => m.Id.Length == 0).Select(m => $"{m.File}: a log message without an event id").ToList());
        Assert.Empty(messages.GroupBy(m => int.Parse(m.Id, CultureInfo.InvariantCulture)).Where(g => g.Count() > 1)
            .Select(g => $"event id {g.Key}: {string.Join(", ", g.Select(m => m.File))}").ToList());
    }

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?<id>\d*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Message();
}
