using ICAE.Lab.Data;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Training;

/// <summary>What a run reads: a tokenizer and two token shards, made from texts in the run's own folder or named as they are.</summary>
/// <param name="Tokenizer">The folder or file of the tokenizer.</param>
/// <param name="Training">The shard that is trained on.</param>
/// <param name="Validation">The shard that is evaluated on.</param>
public sealed record RunData(string Tokenizer, string Training, string Validation)
{
    private const string FolderName = "data";

    /// <summary>Makes what is not there yet.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="training">The texts to train on.</param>
    /// <param name="validation">The texts to evaluate on; <see langword="null"/> where the training texts bring theirs.</param>
    /// <param name="tokenizer">An existing tokenizer; <see langword="null"/> to train one.</param>
    /// <param name="vocabulary">Ids of a new tokenizer.</param>
    /// <param name="told">Told what is done, a line each.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The tokenizer and the shards.</returns>
    /// <exception cref="ConfigurationException">There is nothing to evaluate on, or a shard is of another tokenizer.</exception>
    /// <exception cref="IcaeException">A text cannot be read.</exception>
    public static RunData Prepare(
        string run,
        CorpusSource training,
        CorpusSource? validation,
        string? tokenizer,
        int vocabulary = 0,
        Action<string>? told = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (validation is null && !training.HasSplits)
            throw new ConfigurationException("Texts to evaluate on are needed: those to train on bring no validation split of their own.");

        if (tokenizer is null && (training.Shard ?? validation?.Shard) is { } shard)
            throw new ConfigurationException($"{shard}: a token shard needs the tokenizer that it was made with: name it, or start from a base.");

        var folder = Path.Combine(run, FolderName);
        Directory.CreateDirectory(folder);
        var known = tokenizer is null ? Train(folder, training.Documents(DataSplit.Train), vocabulary, told, cancellation) : TokenizerFile.Load(tokenizer);
        return new RunData(
            Path.GetFullPath(tokenizer ?? folder),
            Given(training, known) ?? Write(folder, DataSplit.Train, training.Documents(DataSplit.Train), known, told, cancellation),
            Given(validation, known) ?? Write(folder, DataSplit.Validation, validation?.Documents(DataSplit.Validation) ?? training.OwnValidation(), known, told, cancellation));
    }

    /// <summary>Makes the shards of texts that are at hand, for a base's tokenizer.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="training">The texts to train on.</param>
    /// <param name="validation">The texts to evaluate on.</param>
    /// <param name="tokenizer">The tokenizer's folder or file.</param>
    /// <param name="told">Told what is done, a line each.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The tokenizer and the shards.</returns>
    /// <exception cref="IcaeException">A shard cannot be written.</exception>
    public static RunData Prepare(
        string run,
        IEnumerable<TextDocument> training,
        IEnumerable<TextDocument> validation,
        string tokenizer,
        Action<string>? told = null,
        CancellationToken cancellation = default)
    {
        var folder = Path.Combine(run, FolderName);
        var known = TokenizerFile.Load(tokenizer);
        return new RunData(
            Path.GetFullPath(tokenizer),
            Write(folder, DataSplit.Train, training, known, told, cancellation),
            Write(folder, DataSplit.Validation, validation, known, told, cancellation));
    }

    /// <summary>Trains a tokenizer on texts that are at hand, and makes the shards for it.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="training">The texts to train on; gone through twice.</param>
    /// <param name="validation">The texts to evaluate on.</param>
    /// <param name="vocabulary">Ids of the tokenizer.</param>
    /// <param name="told">Told what is done, a line each.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The tokenizer and the shards.</returns>
    /// <exception cref="IcaeException">A text cannot be read, or a file not be written.</exception>
    public static RunData Prepare(
        string run,
        IEnumerable<TextDocument> training,
        IEnumerable<TextDocument> validation,
        int vocabulary,
        Action<string>? told = null,
        CancellationToken cancellation = default)
    {
        var folder = Path.Combine(run, FolderName);
        Directory.CreateDirectory(folder);
        Train(folder, training, vocabulary, told, cancellation);
        return Prepare(run, training, validation, folder, told, cancellation);
    }

    /// <summary>Makes the shards of instruction examples, for a base's tokenizer.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="training">The examples to train on.</param>
    /// <param name="validation">The examples to evaluate on.</param>
    /// <param name="tokenizer">The tokenizer's folder or file.</param>
    /// <param name="told">Told what is done, a line each.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The tokenizer and the shards.</returns>
    /// <exception cref="IcaeException">An example cannot be read, or a shard not be written.</exception>
    public static RunData Prepare(
        string run,
        IEnumerable<InstructionExample> training,
        IEnumerable<InstructionExample> validation,
        string tokenizer,
        Action<string>? told = null,
        CancellationToken cancellation = default)
    {
        var folder = Path.Combine(run, FolderName);
        Directory.CreateDirectory(folder);
        var known = TokenizerFile.Load(tokenizer);
        return new RunData(Path.GetFullPath(tokenizer), Examples(DataSplit.Train, training), Examples(DataSplit.Validation, validation));

        string Examples(DataSplit split, IEnumerable<InstructionExample> examples)
        {
            var path = Path.GetFullPath(CorpusPreparation.ShardPath(folder, split));
            var written = Shard(path, () => InstructionShard.Write(path, known, examples, cancellation));
            told?.Invoke(FormattableString.Invariant($"{split.Name()}: {written.Examples:N0} examples, {written.Tokens:N0} tokens"));
            return path;
        }
    }

    private static ITextTokenizer Train(string folder, IEnumerable<TextDocument> documents, int vocabulary, Action<string>? told, CancellationToken cancellation)
    {
        told?.Invoke($"training a tokenizer of {vocabulary} ids");
        return CorpusPreparation.TrainTokenizer(documents.Select(document => document.Text), vocabulary, folder, cancellation: cancellation);
    }

    private static string? Given(CorpusSource? source, ITextTokenizer tokenizer)
    {
        if (source?.Shard is not { } given)
            return null;

        using var shard = TokenShard.Open(given);
        return shard.Fingerprint == tokenizer.Fingerprint
            ? Path.GetFullPath(given)
            : throw new ConfigurationException($"{given}: the shard was made with another tokenizer (its fingerprint begins with {shard.Fingerprint[..12]}, this tokenizer's with {tokenizer.Fingerprint[..12]}).");
    }

    private static string Write(
        string folder, DataSplit split, IEnumerable<TextDocument> documents, ITextTokenizer tokenizer, Action<string>? told, CancellationToken cancellation)
    {
        var written = Shard(CorpusPreparation.ShardPath(folder, split), () => CorpusPreparation.WriteShard(folder, split, tokenizer, documents, cancellation: cancellation));
        told?.Invoke(FormattableString.Invariant($"{split.Name()}: {written.Documents} texts, {written.Tokens:N0} tokens, {(double)written.Characters / Math.Max(1, written.Tokens):F2} characters a token"));
        return Path.GetFullPath(CorpusPreparation.ShardPath(folder, split));
    }

    private static T Shard<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{path}: the token shard cannot be written: {error.Message}", error);
        }
    }
}
