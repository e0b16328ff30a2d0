namespace ICAE.Lab.Tokens;

/// <summary>Cuts a text into the pieces within which a model may merge.</summary>
internal interface IPreTokenizer
{
    /// <summary>Name and settings in one line: part of the tokenizer's fingerprint.</summary>
    string Rule { get; }

    /// <summary>Cuts one stretch; the pieces appended to <paramref name="pieces"/> are never empty.</summary>
    void Split(TextSegment segment, List<TextSegment> pieces);
}
