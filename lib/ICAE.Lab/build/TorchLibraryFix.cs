// An MSBuild inline task takes one source file, so the patch, the search for the system's library and the task are together here.
// It is compiled against netstandard2.0 by the build, and without the task (ICAE_LAB_WITHOUT_MSBUILD) into the tests.
#nullable enable
#pragma warning disable IDE0005 // The tests' project imports some of these namespaces by itself; the build's compiler imports none.

using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace ICAE.Lab.Build;

/// <summary>What <see cref="TorchLibraryPatch.Apply"/> found, and did.</summary>
public enum TorchLibraryState
{
    /// <summary>The library asks for nothing that an older libstdc++ lacks, or was patched before. It is as it was.</summary>
    NothingToDo,

    /// <summary>The library was changed, and now loads with an older libstdc++ as well as with a newer one.</summary>
    Patched,

    /// <summary>The library is not of the form that the patch was made for. It is as it was.</summary>
    NotRecognised,
}

/// <summary>
/// Makes TorchSharp's native library load where libstdc++ is older than GCC 13. The library asks for symbol version GLIBCXX_3.4.32
/// for one symbol only, the function that makes std::cout and its like ready. Compilers before GCC 13 called the constructor
/// std::ios_base::Init::Init() for that, which every libstdc++ still has.
/// </summary>
/// <remarks>
/// Three changes, none of which moves a byte: the symbol gets the constructor's name; its version becomes GLIBCXX_3.4, the constructor's;
/// and the need for GLIBCXX_3.4.32 is marked weak, which the loader takes as "may be missing". The constructor ignores its argument,
/// so a call that passes none is the same to it.
/// </remarks>
public static class TorchLibraryPatch
{
    /// <summary>The symbol version that libstdc++ has from GCC 13 on.</summary>
    public const string MissingVersion = "GLIBCXX_3.4.32";

    private const string OldestVersion = "GLIBCXX_3.4";
    private const string MissingSymbol = "_ZSt21ios_base_library_initv";
    private const string OlderSymbol = "_ZNSt8ios_base4InitC1Ev";

    private const uint DynamicSymbolSection = 11;
    private const uint DynamicSection = 6;
    private const uint VersionNeedSection = 0x6ffffffe;
    private const uint VersionDefinitionSection = 0x6ffffffd;
    private const uint VersionSymbolSection = 0x6fffffff;
    private const int SymbolBytes = 24;
    private const ushort WeakFlag = 2;

    /// <summary>Patches a library in memory. An image that is not recognised stays as it is, byte for byte.</summary>
    /// <param name="image">The whole file.</param>
    /// <param name="explanation">One clause that says why the image was left alone, or what was done.</param>
    /// <returns>What was found and done.</returns>
    public static TorchLibraryState Apply(byte[] image, out string explanation)
    {
        try
        {
            return ApplyTo(new ElfImage(image), out explanation);
        }
        catch (InvalidDataException error)
        {
            explanation = error.Message;
            return TorchLibraryState.NotRecognised;
        }
    }

    private static TorchLibraryState ApplyTo(ElfImage elf, out string explanation)
    {
        var symbols = elf.Section(DynamicSymbolSection);
        var strings = elf.LinkedSection(symbols);
        var versions = elf.Section(VersionSymbolSection);
        var needs = ReadNeeds(elf, strings);

        if (!needs.TryGetValue(MissingVersion, out var missing))
        {
            explanation = $"it does not ask for {MissingVersion}";
            return TorchLibraryState.NothingToDo;
        }

        var users = SymbolsOfVersion(elf, symbols, versions, missing.Index);
        if (users.Count == 0 && (missing.Flags & WeakFlag) != 0)
        {
            explanation = "it was patched before";
            return TorchLibraryState.NothingToDo;
        }

        if (users.Count != 1)
            throw new InvalidDataException($"{users.Count} symbols ask for {MissingVersion}, where one was expected");
        if (!needs.TryGetValue(OldestVersion, out var oldest))
            throw new InvalidDataException($"it does not ask for {OldestVersion}");

        var symbol = symbols.Offset + (users[0] * SymbolBytes);
        var nameIndex = elf.UInt32(symbol);
        var name = elf.Text(strings, nameIndex);
        if (name != MissingSymbol)
            throw new InvalidDataException($"the symbol that asks for {MissingVersion} is '{name}', where '{MissingSymbol}' was expected");
        if (elf.UInt16(symbol + 6) != 0)
            throw new InvalidDataException($"'{MissingSymbol}' is defined in the library itself");
        if (SharesItsName(elf, symbols, strings, users[0], nameIndex))
            throw new InvalidDataException($"the text '{MissingSymbol}' is also part of another name");

        elf.WriteText(strings.Offset + nameIndex, OlderSymbol, MissingSymbol.Length);
        elf.WriteUInt16(versions.Offset + (users[0] * 2), oldest.Index);
        elf.WriteUInt16(missing.Offset + 4, (ushort)(missing.Flags | WeakFlag));
        explanation = $"'{MissingSymbol}' became '{OlderSymbol}'";
        return TorchLibraryState.Patched;
    }

    /// <summary>The versions asked for, by name. A list of a cyclic or endless form ends at the section's own count.</summary>
    private static Dictionary<string, VersionNeed> ReadNeeds(ElfImage elf, ElfSection strings)
    {
        var section = elf.Section(VersionNeedSection);
        var needs = new Dictionary<string, VersionNeed>(StringComparer.Ordinal);
        var file = section.Offset;
        for (var files = section.Info; files > 0; files--)
        {
            ElfImage.Require(section, file, 16);
            var entry = file + elf.UInt32(file + 8);
            for (int left = elf.UInt16(file + 2); left > 0; left--)
            {
                ElfImage.Require(section, entry, 16);
                needs[elf.Text(strings, elf.UInt32(entry + 8))] = new VersionNeed(entry, elf.UInt16(entry + 4), elf.UInt16(entry + 6));
                if (elf.UInt32(entry + 12) == 0)
                    break;
                entry += elf.UInt32(entry + 12);
            }

            if (elf.UInt32(file + 12) == 0)
                break;
            file += elf.UInt32(file + 12);
        }

        return needs;
    }

    private static List<long> SymbolsOfVersion(ElfImage elf, ElfSection symbols, ElfSection versions, ushort version)
    {
        var count = symbols.Size / SymbolBytes;
        if (versions.Size != count * 2)
            throw new InvalidDataException($"it has {count} symbols and {versions.Size / 2} symbol versions");

        var found = new List<long>();
        for (long i = 0; i < count; i++)
        {
            if ((elf.UInt16(versions.Offset + (i * 2)) & 0x7fff) == (version & 0x7fff))
                found.Add(i);
        }

        return found;
    }

    /// <summary>Linkers let a name end inside another one, so the bytes may only change where nothing else points into them.</summary>
    private static bool SharesItsName(ElfImage elf, ElfSection symbols, ElfSection strings, long symbol, uint nameIndex)
    {
        bool Inside(ulong index) => index >= nameIndex && index <= nameIndex + (ulong)MissingSymbol.Length;

        if (nameIndex > 0 && elf.Byte(strings.Offset + nameIndex - 1) != 0)
            return true;

        for (long i = 0; i < symbols.Size / SymbolBytes; i++)
        {
            if (i != symbol && Inside(elf.UInt32(symbols.Offset + (i * SymbolBytes))))
                return true;
        }

        if (elf.HasSection(VersionDefinitionSection))
            return true;

        var dynamic = elf.Section(DynamicSection);
        for (var at = dynamic.Offset; at + 16 <= dynamic.Offset + dynamic.Size; at += 16)
        {
            // DT_NEEDED, DT_SONAME, DT_RPATH and DT_RUNPATH hold indices of names.
            if (elf.UInt64(at) is 1 or 14 or 15 or 29 && Inside(elf.UInt64(at + 8)))
                return true;
        }

        return false;
    }

    private readonly struct VersionNeed(long offset, ushort flags, ushort index)
    {
        public long Offset { get; } = offset;

        public ushort Flags { get; } = flags;

        public ushort Index { get; } = index;
    }

    private readonly struct ElfSection(uint type, long offset, long size, uint link, uint info)
    {
        public uint Type { get; } = type;

        public long Offset { get; } = offset;

        public long Size { get; } = size;

        public uint Link { get; } = link;

        public uint Info { get; } = info;
    }

    /// <summary>A 64-bit x86-64 ELF file. Every access outside the file is an <see cref="InvalidDataException"/>.</summary>
    private sealed class ElfImage
    {
        private const int SectionHeaderBytes = 64;
        private const ushort X64Machine = 62;

        private readonly byte[] _bytes;
        private readonly List<ElfSection> _sections = new();

        public ElfImage(byte[] bytes)
        {
            _bytes = bytes;
            if (bytes.Length < 64 || UInt32(0) != 0x464c457f || bytes[4] != 2 || bytes[5] != 1)
                throw new InvalidDataException("it is no 64-bit little-endian ELF file");
            if (UInt16(18) != X64Machine)
                throw new InvalidDataException("it is not made for x86-64");
            if (UInt16(58) != SectionHeaderBytes)
                throw new InvalidDataException("its section headers have an unknown size");

            var table = ToOffset(UInt64(40));
            Position(table, UInt16(60) * SectionHeaderBytes);
            for (var i = 0; i < UInt16(60); i++)
            {
                var at = table + (i * SectionHeaderBytes);
                _sections.Add(new ElfSection(UInt32(at + 4), ToOffset(UInt64(at + 24)), ToOffset(UInt64(at + 32)), UInt32(at + 40), UInt32(at + 44)));
            }
        }

        public bool HasSection(uint type) => _sections.Exists(section => section.Type == type);

        public ElfSection Section(uint type)
        {
            foreach (var section in _sections)
            {
                if (section.Type == type)
                    return Checked(section);
            }

            throw new InvalidDataException($"it has no section of type 0x{type:x}");
        }

        public ElfSection LinkedSection(ElfSection section)
        {
            if (section.Link >= _sections.Count)
                throw new InvalidDataException("a section refers to one that does not exist");
            return Checked(_sections[(int)section.Link]);
        }

        public static void Require(ElfSection section, long at, int count)
        {
            if (at < section.Offset || at + count > section.Offset + section.Size)
                throw new InvalidDataException("a list of symbol versions leaves its section");
        }

        public string Text(ElfSection strings, uint index)
        {
            var end = (long)index;
            while (end < strings.Size && Byte(strings.Offset + end) != 0)
                end++;
            if (end >= strings.Size)
                throw new InvalidDataException("a name leaves the table of names");
            return Encoding.ASCII.GetString(_bytes, (int)(strings.Offset + index), (int)(end - index));
        }

        public byte Byte(long at) => _bytes[Position(at, 1)];

        public ushort UInt16(long at) => BitConverter.ToUInt16(_bytes, Position(at, 2));

        public uint UInt32(long at) => BitConverter.ToUInt32(_bytes, Position(at, 4));

        public ulong UInt64(long at) => BitConverter.ToUInt64(_bytes, Position(at, 8));

        public void WriteUInt16(long at, ushort value)
        {
            var position = Position(at, 2);
            _bytes[position] = (byte)value;
            _bytes[position + 1] = (byte)(value >> 8);
        }

        public void WriteText(long at, string text, int length)
        {
            var position = Position(at, length);
            Array.Clear(_bytes, position, length);
            Encoding.ASCII.GetBytes(text, 0, text.Length, _bytes, position);
        }

        private ElfSection Checked(ElfSection section)
        {
            if (section.Offset + section.Size > _bytes.Length)
                throw new InvalidDataException("a section leaves the file: it is cut short");
            return section;
        }

        // Offsets above the longest array are as wrong as any other that leaves the file, and cannot overflow a sum of two.
        private static long ToOffset(ulong value) =>
            value <= int.MaxValue ? (long)value : throw new InvalidDataException("a section leaves the file: it is cut short");

        private int Position(long at, int count) =>
            at >= 0 && at + count <= _bytes.Length ? (int)at : throw new InvalidDataException("an offset leaves the file: it is cut short");
    }
}

/// <summary>The libstdc++ that the system's loader gives to a program.</summary>
public static class SystemCppLibrary
{
    private const string FileName = "libstdc++.so.6";

    private static readonly string[] UsualFolders =
    {
        "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/usr/local/lib64", "/lib", "/usr/lib", "/usr/local/lib",
    };

    /// <summary>
    /// The libraries that programs may be given: the first on <c>LD_LIBRARY_PATH</c>, which can be set for a build and not for a later run,
    /// and the first that the loader's cache or its usual folders hold.
    /// </summary>
    /// <param name="libraryPath">The value of <c>LD_LIBRARY_PATH</c>, or null.</param>
    /// <param name="cacheFile">The loader's cache, <c>/etc/ld.so.cache</c>; it may be missing.</param>
    /// <returns>No, one or two paths of libraries for x86-64.</returns>
    public static IReadOnlyList<string> Find(string? libraryPath, string cacheFile)
    {
        var found = new List<string>();
        AddFirst(found, InFolders((libraryPath ?? "").Split(':', ';')));

        var system = CachedPaths(cacheFile);
        system.AddRange(InFolders(UsualFolders));
        AddFirst(found, system);
        return found;
    }

    /// <summary>Whether a library defines a symbol version.</summary>
    /// <param name="library">The path of the library.</param>
    /// <param name="version">The version's name, such as <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>True if the name stands in the file between two NUL bytes, as the names of versions do.</returns>
    public static bool Has(string library, string version) =>
        IndexOf(File.ReadAllBytes(library), Encoding.ASCII.GetBytes("\0" + version + "\0"), 0) >= 0;

    private static IEnumerable<string> InFolders(IEnumerable<string> folders)
    {
        foreach (var folder in folders)
        {
            if (folder.Length > 0)
                yield return Path.Combine(folder, FileName);
        }
    }

    /// <summary>The cache holds paths as NUL-terminated text, those of other processors among them.</summary>
    private static List<string> CachedPaths(string cacheFile)
    {
        var paths = new List<string>();
        if (!File.Exists(cacheFile))
            return paths;

        var cache = File.ReadAllBytes(cacheFile);
        var ending = Encoding.ASCII.GetBytes("/" + FileName + "\0");
        for (var at = IndexOf(cache, ending, 0); at >= 0; at = IndexOf(cache, ending, at + 1))
        {
            var start = at;
            while (start > 0 && cache[start - 1] != 0)
                start--;
            paths.Add(Encoding.UTF8.GetString(cache, start, at + ending.Length - 1 - start));
        }

        return paths;
    }

    private static void AddFirst(List<string> found, IEnumerable<string> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (!File.Exists(candidate) || !IsForX64(candidate))
                continue;
            if (!found.Contains(candidate))
                found.Add(candidate);
            return;
        }
    }

    private static bool IsForX64(string library)
    {
        var head = new byte[20];
        using var file = File.OpenRead(library);
        return file.Read(head, 0, head.Length) == head.Length && BitConverter.ToUInt32(head, 0) == 0x464c457f && head[4] == 2 && head[18] == 62;
    }

    private static int IndexOf(byte[] bytes, byte[] pattern, int start)
    {
        for (var at = Array.IndexOf(bytes, pattern[0], start); at >= 0 && at + pattern.Length <= bytes.Length; at = Array.IndexOf(bytes, pattern[0], at + 1))
        {
            var same = 1;
            while (same < pattern.Length && bytes[at + same] == pattern[same])
                same++;
            if (same == pattern.Length)
                return at;
        }

        return -1;
    }
}

#if !ICAE_LAB_WITHOUT_MSBUILD
/// <summary>Writes a patched copy of TorchSharp's native library where this machine needs one, or a note that says why it does not.</summary>
public sealed class FixTorchLibrary : Microsoft.Build.Utilities.Task
{
    /// <summary>The library in the package cache. It is only read: output folders are hard links to it.</summary>
    [Microsoft.Build.Framework.Required]
    public string Library { get; set; } = "";

    /// <summary>The patched copy to write.</summary>
    [Microsoft.Build.Framework.Required]
    public string Patched { get; set; } = "";

    /// <summary>The text file to write instead, where the library serves as it is.</summary>
    [Microsoft.Build.Framework.Required]
    public string Note { get; set; } = "";

    /// <summary>Patches even where this machine needs no patch, for a program that is to run elsewhere.</summary>
    public bool Always { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Patched)!);
        if (!Always && !IsNeeded(out var reason))
            return Leave(reason);

        var image = File.ReadAllBytes(Library);
        switch (TorchLibraryPatch.Apply(image, out var explanation))
        {
            case TorchLibraryState.Patched:
                WriteAndRename(Patched, image);
                File.Delete(Note);
                Log.LogMessage(Microsoft.Build.Framework.MessageImportance.Normal, "{0}: patched for an older libstdc++: {1}", Patched, explanation);
                return true;
            case TorchLibraryState.NotRecognised:
                Log.LogMessage(
                    Microsoft.Build.Framework.MessageImportance.High,
                    "{0} is left as it is, and may not load here: libstdc++ lacks {1}, and the library is not the one that the fix was made for ({2}).",
                    Library,
                    TorchLibraryPatch.MissingVersion,
                    explanation);
                return Leave(explanation);
            default:
                return Leave(explanation);
        }
    }

    private static bool IsNeeded(out string reason)
    {
        foreach (var library in SystemCppLibrary.Find(Environment.GetEnvironmentVariable("LD_LIBRARY_PATH"), "/etc/ld.so.cache"))
        {
            if (!SystemCppLibrary.Has(library, TorchLibraryPatch.MissingVersion))
            {
                reason = "";
                return true;
            }
        }

        reason = $"no libstdc++ of this machine lacks {TorchLibraryPatch.MissingVersion}";
        return false;
    }

    private bool Leave(string reason)
    {
        WriteAndRename(Note, Encoding.UTF8.GetBytes(reason + "\n"));
        File.Delete(Patched);
        return true;
    }

    private static void WriteAndRename(string path, byte[] content)
    {
        var temporary = path + ".new";
        File.WriteAllBytes(temporary, content);
        File.Delete(path);
        File.Move(temporary, path);
    }
}
#endif
