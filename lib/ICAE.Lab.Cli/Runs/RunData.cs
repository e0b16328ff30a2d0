using ICAE.Lab.Data;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Cli.Runs;

/// <summary>What a run reads: a tokenizer and two token shards, made from texts in the run's own folder or named as they are.</summary>
/// <param name="Tokenizer">The folder or file of the tokenizer.</param>
/// <param name="Training">The shard that is trained on.</param>
/// <param name="Validation">The shard that is evaluated on.</param>
internal sealed record RunData(string Tokenizer, string Training, string Validation)
{
    private const string FolderName = "data";

    /// <summary>Makes what is not there yet.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="training">The texts to train on.</param>
    /// <param name="validation">The texts to evaluate on; <see langword="null"/> where the training texts bring theirs.</param>
    /// <param name="tokenizer">An existing tokenizer; <see langword="null"/> to train one.</param>
    /// <param name="vocabulary">Ids of a new tokenizer.</param>
    /// <param name="terminal">Told what is done.</param>
    /// <param name="cancellation">Ends it.</param>
    public static RunData Prepare(
        string run, CorpusSource training, CorpusSource? validation, string? tokenizer, int vocabulary, Terminal terminal, CancellationToken cancellation)
    {
        var held = validation ?? (training.HasSplits ? training : throw new UsageException("--validation is needed: the texts bring no validation split of their own."));
        if (training.Shard is not null && tokenizer is null)
            throw new UsageException("A token shard needs the tokenizer that it was made with; name it with --tokenizer, or start from a base.");

        var folder = Path.Combine(run, FolderName);
        Directory.CreateDirectory(folder);
        var known = tokenizer is null ? Train(folder, training, vocabulary, terminal, cancellation) : TokenizerFile.Load(tokenizer);
        return new RunData(
            Path.GetFullPath(tokenizer ?? folder),
            Shard(folder, training, DataSplit.Train, known, terminal, cancellation),
            Shard(folder, held, DataSplit.Validation, known, terminal, cancellation));
    }

    private static ITextTokenizer Train(string folder, CorpusSource source, int vocabulary, Terminal terminal, CancellationToken cancellation)
    {
        terminal.Error.WriteLine($"training a tokenizer of {vocabulary} ids");
        return CorpusPreparation.TrainTokenizer(source.Documents(DataSplit.Train).Select(document => document.Text), vocabulary, folder, cancellation: cancellation);
    }

    private static string Shard(string folder, CorpusSource source, DataSplit split, ITextTokenizer tokenizer, Terminal terminal, CancellationToken cancellation)
    {
        if (source.Shard is { } given)
        {
            using var shard = TokenShard.Open(given);
            return shard.Fingerprint == tokenizer.Fingerprint
                ? Path.GetFullPath(given)
                : throw new ConfigurationException($"{given}: the shard was made with another tokenizer (its fingerprint begins with {shard.Fingerprint[..12]}, this tokenizer's with {tokenizer.Fingerprint[..12]}).");
        }

        var written = CorpusPreparation.WriteShard(folder, split, tokenizer, source.Documents(split), cancellation: cancellation);
        terminal.Error.WriteLine(FormattableString.Invariant($"{split.ToString().ToLowerInvariant()}: {written.Documents} texts, {written.Tokens:N0} tokens, {(double)written.Characters / Math.Max(1, written.Tokens):F2} characters a token"));
        return Path.GetFullPath(CorpusPreparation.ShardPath(folder, split));
    }
}
