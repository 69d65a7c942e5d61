using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Marks one version need of ELF libraries as weak, so that a libstdc++ without that version still loads them. Done only where the system's
/// libstdc++ lacks the version; a library that is weak already stays untouched. The file is replaced, never written in place: an output file may be
/// a hard link into the package cache.
/// </summary>
public sealed class WeakenGlibcxxVersionNeed : Task
{
    private const uint SectionVersionNeeds = 0x6ffffffe;
    private const ushort Weak = 0x2;

    /// <summary>The libraries in the output folder.</summary>
    [Required]
    public ITaskItem[] Libraries { get; set; }

    /// <summary>The version, such as <c>GLIBCXX_3.4.32</c>.</summary>
    [Required]
    public string Version { get; set; }

    /// <summary>Repairs every library, or logs an error that says why one cannot be.</summary>
    public override bool Execute()
    {
        if (SystemHasVersion()) return true;
        foreach (var path in Libraries.Select(l => l.GetMetadata("FullPath")))
        {
            try
            {
                Weaken(path);
            }
            catch (Exception e) when (e is IOException || e is UnauthorizedAccessException || e is InvalidDataException)
            {
                Log.LogError(
                    "{0} needs {1}, which this system's libstdc++ does not have (gcc 13 brings it), and its need cannot be made weak: {2}",
                    path,
                    Version,
                    e.Message);
            }
        }

        return !Log.HasLoggedErrors;
    }

    private bool SystemHasVersion()
    {
        var folders = (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? "").Split(new[] { ':' }, StringSplitOptions.RemoveEmptyEntries)
            .Concat(new[] { "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/usr/lib", "/lib" });
        var library = folders.Select(f => Path.Combine(f, "libstdc++.so.6")).FirstOrDefault(File.Exists);
        if (library == null) return false;
        var wanted = Encoding.ASCII.GetBytes("\0" + Version + "\0");
        var bytes = File.ReadAllBytes(library);
        for (var start = Array.IndexOf(bytes, (byte)0);
            start >= 0 && start + wanted.Length <= bytes.Length;
            start = Array.IndexOf(bytes, (byte)0, start + 1))
        {
            var i = 1;
            while (i < wanted.Length && bytes[start + i] == wanted[i]) i++;
            if (i == wanted.Length) return true;
        }

        return false;
    }

    private void Weaken(string path)
    {
        var elf = File.ReadAllBytes(path);
        var needs = FindNeeds(elf).ToList();
        if (needs.Count == 0 || needs.All(offset => (BitConverter.ToUInt16(elf, offset) & Weak) != 0)) return;
        foreach (var offset in needs) elf[offset] |= (byte)Weak;

        // The time stamp stays the package's, or the next build would copy the original over the repaired one.
        var written = File.GetLastWriteTimeUtc(path);
        var fresh = path + "." + Guid.NewGuid().ToString("N") + ".new";
        try
        {
            File.WriteAllBytes(fresh, elf);
            File.SetLastWriteTimeUtc(fresh, written);
            File.Delete(path);
            File.Move(fresh, path);
        }
        finally
        {
            File.Delete(fresh);
        }

        Log.LogMessage(MessageImportance.Normal, "{0}: the need of {1} is weak now.", path, Version);
    }

    /// <summary>Offsets of the vna_flags of every need of the version. 64-bit little-endian ELF (gABI; LSB core, symbol versioning).</summary>
    private IEnumerable<int> FindNeeds(byte[] elf)
    {
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[2] != 'L' || elf[3] != 'F' || elf[4] != 2 || elf[5] != 1)
            throw new InvalidDataException("it is no 64-bit little-endian ELF file.");
        var sections = checked((int)BitConverter.ToUInt64(elf, 40));
        int sectionSize = BitConverter.ToUInt16(elf, 58), sectionCount = BitConverter.ToUInt16(elf, 60);
        for (var s = 0; s < sectionCount; s++)
        {
            var header = sections + (s * sectionSize);
            Require(elf, header, 64);
            if (BitConverter.ToUInt32(elf, header + 4) != SectionVersionNeeds) continue;
            var start = checked((int)BitConverter.ToUInt64(elf, header + 24));
            var names = sections + (checked((int)BitConverter.ToUInt32(elf, header + 40)) * sectionSize);
            Require(elf, names, 64);
            var strings = checked((int)BitConverter.ToUInt64(elf, names + 24));
            var files = BitConverter.ToUInt32(elf, header + 44);
            for (uint f = 0, need = (uint)start; f < files; f++)
            {
                Require(elf, (int)need, 16);
                var entry = need + BitConverter.ToUInt32(elf, (int)need + 8);
                for (var v = 0; v < BitConverter.ToUInt16(elf, (int)need + 2); v++)
                {
                    Require(elf, (int)entry, 16);
                    if (TextAt(elf, checked(strings + (int)BitConverter.ToUInt32(elf, (int)entry + 8))) == Version) yield return (int)entry + 4;
                    entry += BitConverter.ToUInt32(elf, (int)entry + 12);
                }

                need += BitConverter.ToUInt32(elf, (int)need + 12);
            }
        }
    }

    private static void Require(byte[] elf, int offset, int length)
    {
        if (offset < 0 || offset > elf.Length - length) throw new InvalidDataException("a table lies outside the file.");
    }

    private static string TextAt(byte[] elf, int offset)
    {
        Require(elf, offset, 1);
        var end = Array.IndexOf(elf, (byte)0, offset);
        return Encoding.ASCII.GetString(elf, offset, (end < 0 ? elf.Length : end) - offset);
    }
}
