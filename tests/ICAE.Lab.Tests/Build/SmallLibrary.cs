using System.Buffers.Binary;
using System.Text;

namespace ICAE.Lab.Tests.Build;

/// <summary>Builds the smallest ELF file that has what the patch of TorchSharp's library looks at.</summary>
internal sealed class SmallLibrary
{
    public const string Initialiser = "_ZSt21ios_base_library_initv";

    /// <summary>Where the table of symbol versions begins in an image.</summary>
    public const int VersionSymbolsAt = 64;

    /// <summary>Undefined symbols with the versions that they ask for.</summary>
    public List<(string Name, string Version)> Symbols { get; } = [(Initialiser, "GLIBCXX_3.4.32"), ("_ZNSolsEi", "GLIBCXX_3.4")];

    /// <summary>The versions asked of libstdc++.so.6.</summary>
    public List<string> Versions { get; } = ["GLIBCXX_3.4.32", "GLIBCXX_3.4"];

    /// <summary>The section that the symbols are defined in; 0 when they are undefined.</summary>
    public ushort DefinedIn { get; set; }

    /// <summary>Where the second symbol's name begins inside the first one's, or 0 for a name of its own.</summary>
    public int SharedNameOffset { get; set; }

    public byte[] ToImage()
    {
        var names = new List<byte> { 0 };
        uint Name(string text)
        {
            var at = (uint)names.Count;
            names.AddRange(Encoding.ASCII.GetBytes(text));
            names.Add(0);
            return at;
        }

        var symbolNames = Symbols.Select(symbol => Name(symbol.Name)).ToArray();
        if (SharedNameOffset > 0)
            symbolNames[1] = symbolNames[0] + (uint)SharedNameOffset;
        var versionNames = Versions.Select(Name).ToArray();
        var file = Name("libstdc++.so.6");
        var soname = Name("libLibTorchSharp.so");

        var versionSymbols = new byte[2 * (Symbols.Count + 1)];
        var symbols = new byte[24 * (Symbols.Count + 1)];
        for (var i = 0; i < Symbols.Count; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(symbols.AsSpan(24 * (i + 1)), symbolNames[i]);
            BinaryPrimitives.WriteUInt16LittleEndian(symbols.AsSpan((24 * (i + 1)) + 6), DefinedIn);
            BinaryPrimitives.WriteUInt16LittleEndian(versionSymbols.AsSpan(2 * (i + 1)), IndexOf(Symbols[i].Version));
        }

        var needs = new byte[16 + (16 * Versions.Count)];
        BinaryPrimitives.WriteUInt16LittleEndian(needs, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(needs.AsSpan(2), (ushort)Versions.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(needs.AsSpan(4), file);
        BinaryPrimitives.WriteUInt32LittleEndian(needs.AsSpan(8), 16);
        for (var i = 0; i < Versions.Count; i++)
        {
            var entry = needs.AsSpan(16 + (16 * i));
            BinaryPrimitives.WriteUInt16LittleEndian(entry[6..], IndexOf(Versions[i]));
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], versionNames[i]);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], i + 1 < Versions.Count ? 16u : 0u);
        }

        var dynamic = new byte[32];
        BinaryPrimitives.WriteUInt64LittleEndian(dynamic, 14);
        BinaryPrimitives.WriteUInt64LittleEndian(dynamic.AsSpan(8), soname);

        return Assemble(
            (0u, [], 0u, 0u),
            (0x6fffffffu, versionSymbols, 2u, 0u),
            (11u, symbols, 5u, 0u),
            (0x6ffffffeu, needs, 5u, 1u),
            (6u, dynamic, 5u, 0u),
            (3u, names.ToArray(), 0u, 0u));
    }

    private ushort IndexOf(string version) => (ushort)(Versions.IndexOf(version) + 2);

    private static byte[] Assemble(params (uint Type, byte[] Content, uint Link, uint Info)[] sections)
    {
        var image = new List<byte>(new byte[64]);
        var headers = new byte[64 * sections.Length];
        for (var i = 0; i < sections.Length; i++)
        {
            var header = headers.AsSpan(64 * i);
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], sections[i].Type);
            BinaryPrimitives.WriteUInt64LittleEndian(header[24..], (ulong)image.Count);
            BinaryPrimitives.WriteUInt64LittleEndian(header[32..], (ulong)sections[i].Content.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(header[40..], sections[i].Link);
            BinaryPrimitives.WriteUInt32LittleEndian(header[44..], sections[i].Info);
            image.AddRange(sections[i].Content);
        }

        var table = image.Count;
        image.AddRange(headers);
        var bytes = image.ToArray();
        new byte[] { 0x7f, 0x45, 0x4c, 0x46, 2, 1, 1 }.CopyTo(bytes, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(18), 62);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(40), (ulong)table);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(58), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(60), (ushort)sections.Length);
        return bytes;
    }
}
