using System.Text.Json;

namespace WrnCloud.Referee;

/// <summary>Waits for what must come, with an end that only a fault reaches.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Asks until the answer is as wanted; a host that does not answer is asked again.</summary>
    public static async Task<JsonElement> GetAsync(HttpClient client, string path, Func<JsonElement, bool> reached)
    {
        var last = "";
        var clock = TimeProvider.System;
        for (var start = clock.GetTimestamp(); clock.GetElapsedTime(start) < Limit; await Task.Delay(Pause, clock))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
            request.Headers.Add("x-functions-key", RefereeStack.Key);
            using var response = await client.SendAsync(request);
            last = await response.Content.ReadAsStringAsync();
            if (response.IsSuccessStatusCode && JsonSerializer.Deserialize<JsonElement>(last) is var answer && reached(answer)) return answer;
        }

        throw new TimeoutException($"After {Limit.TotalMinutes} minutes {path} is {last}");
    }

    /// <summary>Waits until a process has ended.</summary>
    public static async Task GoneAsync(int processId)
    {
        var clock = TimeProvider.System;
        for (var start = clock.GetTimestamp(); IsAlive(processId); await Task.Delay(Pause, clock))
            Assert.True(clock.GetElapsedTime(start) < Limit, $"Process {processId} still runs.");
    }

    /// <summary>True while a process runs; one that has ended and waits for its parent does not.</summary>
    public static bool IsAlive(int processId)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{processId}/stat");
            return status[(status.LastIndexOf(')') + 2)] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }
}
