namespace ICAE.Lab.Tokens;

/// <summary>
/// The printable character that stands for each byte in a byte-level vocabulary, as GPT-2 laid it down: printable Latin-1 characters
/// stand for themselves, the other 68 bytes take U+0100 onwards in order.
/// </summary>
internal static class ByteSymbols
{
    private const int LastSymbol = 0x143;
    private static readonly char[] Symbols = BuildSymbols();
    private static readonly short[] Bytes = BuildBytes();

    /// <summary>The symbol of a byte.</summary>
    public static char Of(byte value) => Symbols[value];

    /// <summary>The byte that a symbol stands for.</summary>
    public static bool TryGetByte(char symbol, out byte value)
    {
        var found = symbol <= LastSymbol ? Bytes[symbol] : (short)-1;
        value = (byte)found;
        return found >= 0;
    }

    private static char[] BuildSymbols()
    {
        var symbols = new char[256];
        var next = (char)0x100;
        for (var value = 0; value < 256; value++)
        {
            symbols[value] = value is (>= 0x21 and <= 0x7E) or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)value : next++;
        }

        return symbols;
    }

    private static short[] BuildBytes()
    {
        var bytes = new short[LastSymbol + 1];
        Array.Fill(bytes, (short)-1);
        for (var value = 0; value < 256; value++)
        {
            bytes[Symbols[value]] = (short)value;
        }

        return bytes;
    }
}
