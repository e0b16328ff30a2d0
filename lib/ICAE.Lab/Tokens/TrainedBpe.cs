using ICAE.Lab.Formats;

namespace ICAE.Lab.Tokens;

/// <summary>A byte-level BPE fresh from training.</summary>
public sealed class TrainedBpe
{
    private readonly ByteLevelBpeTrainerOptions _options;

    internal TrainedBpe(ByteLevelBpeTrainerOptions options, IReadOnlyList<string> tokens, IReadOnlyList<(string Left, string Right)> merges)
    {
        _options = options;
        Tokens = tokens;
        Merges = merges;
    }

    /// <summary>Each token by id, in byte symbols: special tokens, the 256 bytes, then what each merge builds.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>The merges in order, in byte symbols.</summary>
    public IReadOnlyList<(string Left, string Right)> Merges { get; }

    /// <summary>The tokenizer, ready for use.</summary>
    /// <returns>The tokenizer.</returns>
    public ITextTokenizer ToTokenizer() => TokenizerJson.Read(TokenizerFile.JsonName, ToJson(), TokenizerConfig.None);

    /// <summary>Writes tokenizer.json into a folder.</summary>
    /// <param name="folder">The folder; it is made where it is missing.</param>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        AtomicFile.WriteBytes(Path.Combine(folder, TokenizerFile.JsonName), ToJson());
    }

    /// <summary>The tokenizer.json, in UTF-8.</summary>
    /// <returns>The file's bytes.</returns>
    public byte[] ToJson() => new ByteLevelDocument
    {
        Tokens = Tokens,
        Merges = Merges,
        Added = [.. _options.SpecialTokens.Select((token, id) => new AddedToken(id, token, Special: true, false, false, Normalized: false))],
        Cutting = _options.SplitDigits ? ByteLevelCutting.DigitsGpt2 : ByteLevelCutting.Gpt2,
        Begin = _options.BeginToken,
    }.ToJson();
}
