namespace WrnCloud.Contracts.Programs;

/// <summary>What Linux's /proc tells of processes. Compiled into the durability benchmark too, which kills what the tests kill.</summary>
public static class ProcessTable
{
    /// <summary>All processes below one, whatever their depth.</summary>
    public static IReadOnlyList<int> DescendantsOf(int id)
    {
        var children = All().ToLookup(p => p.Parent, p => p.Id);
        var found = new List<int>();
        var waiting = new Queue<int>([id]);
        while (waiting.TryDequeue(out var parent))
        {
            foreach (var child in children[parent])
            {
                found.Add(child);
                waiting.Enqueue(child);
            }
        }

        return found;
    }

    /// <summary>Whether it runs; one that has ended and is still listed does not.</summary>
    public static bool IsAlive(int id) => All().Any(p => p.Id == id && p.State is not ('Z' or 'X'));

    /// <summary>A process's program and arguments; empty when it has gone.</summary>
    public static IReadOnlyList<string> CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>
    /// Whether this process, and so each that it starts, was started with the signal of that number ignored,
    /// as a shell's background jobs and nohup do.
    /// </summary>
    public static bool Ignores(int signal)
    {
        const string Field = "SigIgn:";
        var mask = File.ReadLines("/proc/self/status").First(l => l.StartsWith(Field, StringComparison.Ordinal))[Field.Length..].Trim();
        return (Convert.ToUInt64(mask, 16) & (1UL << (signal - 1))) != 0;
    }

    private static IEnumerable<(int Id, int Parent, char State)> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id)) continue;
            string stat;
            try
            {
                stat = File.ReadAllText($"{folder}/stat");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            // The name in parentheses may hold anything; the fields after it are plain.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            yield return (id, int.Parse(fields[1]), fields[0][0]);
        }
    }
}
