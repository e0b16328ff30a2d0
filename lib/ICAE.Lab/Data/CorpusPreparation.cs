using ICAE.Lab.Tokens;

namespace ICAE.Lab.Data;

/// <summary>Turns texts into what a training run reads: a tokenizer and one token shard for each split.</summary>
public static class CorpusPreparation
{
    /// <summary>The end of a text, the first id of every tokenizer made here.</summary>
    public const string EndOfText = "<|endoftext|>";

    /// <summary>Stands between repetitions in rows that teach a base to copy; the second id of every tokenizer made here.</summary>
    public const string Repeat = "<|repeat|>";

    /// <summary>The shard of a split.</summary>
    /// <param name="folder">The prepared folder.</param>
    /// <param name="split">The split.</param>
    /// <returns>Its path, such as <c>train.tokens</c> in the folder.</returns>
    public static string ShardPath(string folder, DataSplit split) => Path.Combine(folder, split switch
    {
        DataSplit.Train => "train.tokens",
        DataSplit.Validation => "validation.tokens",
        _ => "test.tokens",
    });

    /// <summary>Trains a byte-level BPE tokenizer on texts and writes it as <c>tokenizer.json</c>.</summary>
    /// <param name="texts">The training texts alone.</param>
    /// <param name="vocabularySize">Ids in all, special ones included.</param>
    /// <param name="folder">Where it goes; made if need be.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ConfigurationException">The vocabulary is too small, or the texts too short for it.</exception>
    public static ITextTokenizer TrainTokenizer(
        IEnumerable<string> texts,
        int vocabularySize,
        string folder,
        IProgress<BpeTrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        var options = new ByteLevelBpeTrainerOptions { VocabularySize = vocabularySize, SpecialTokens = [EndOfText, Repeat] };
        var trained = new ByteLevelBpeTrainer(options).Train(texts, progress, cancellation);
        Directory.CreateDirectory(folder);
        trained.Save(folder);
        return TokenizerFile.Load(folder);
    }

    /// <summary>Writes a split's shard.</summary>
    /// <param name="folder">Where it goes; made if need be.</param>
    /// <param name="split">The split.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="documents">The texts.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends it; no shard is left half written.</param>
    /// <returns>What was written.</returns>
    public static TokenShardProgress WriteShard(
        string folder,
        DataSplit split,
        ITextTokenizer tokenizer,
        IEnumerable<TextDocument> documents,
        IProgress<TokenShardProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        Directory.CreateDirectory(folder);
        return TokenShardWriter.Write(ShardPath(folder, split), tokenizer, documents, progress, cancellation);
    }
}
