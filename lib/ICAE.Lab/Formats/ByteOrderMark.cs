namespace ICAE.Lab.Formats;

/// <summary>The mark that some programs write before a UTF-8 text. It is no part of the text.</summary>
internal static class ByteOrderMark
{
    private static ReadOnlySpan<byte> Utf8 => "\uFEFF"u8;

    /// <summary>The text behind the mark, or all of it where there is none.</summary>
    public static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> text) => text.StartsWith(Utf8) ? text[Utf8.Length..] : text;

    /// <inheritdoc cref="Skip(ReadOnlySpan{byte})"/>
    public static ReadOnlyMemory<byte> Skip(ReadOnlyMemory<byte> text) => text.Span.StartsWith(Utf8) ? text[Utf8.Length..] : text;
}
