using ICAE.Lab.Tokens;

namespace ICAE.Lab.Data;

/// <summary>Instruction examples as a token shard: for each example its text, its prompt and its answer as three documents.</summary>
public static class InstructionShard
{
    private const int Parts = 3;

    /// <summary>Writes examples.</summary>
    /// <param name="path">Where the shard shall be.</param>
    /// <param name="tokenizer">The base's tokenizer.</param>
    /// <param name="examples">The examples, read one after the other.</param>
    /// <param name="cancellation">Looked at between examples; nothing is left behind when it fires.</param>
    /// <returns>How many examples were written, and how many tokens they have.</returns>
    /// <exception cref="ConfigurationException">There is no example, or one without text, prompt or answer.</exception>
    public static (int Examples, long Tokens) Write(string path, ITextTokenizer tokenizer, IEnumerable<InstructionExample> examples, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(examples);
        var number = 0;
        var written = TokenShardWriter.Write(path, tokenizer, All(), cancellationToken: cancellation);
        return (number, written.Tokens);

        IEnumerable<TextDocument> All()
        {
            foreach (var document in examples.SelectMany(Documents))
                yield return document;

            // Within, so that a shard that is there already stays.
            if (number == 0)
                throw new ConfigurationException("There is no example to be learned from.");
        }

        TextDocument[] Documents(InstructionExample example)
        {
            number++;
            return [Document("input", example.Input), Document("prompt", example.Prompt), Document("answer", example.Answer)];
        }

        TextDocument Document(string part, string text) => text.Length > 0
            ? new TextDocument(FormattableString.Invariant($"{part} {number}"), text)
            : throw new ConfigurationException($"Example {number} has an empty {part}.");
    }

    /// <summary>How many examples a shard holds.</summary>
    /// <param name="shard">The shard.</param>
    /// <returns>The number, at least 1.</returns>
    /// <exception cref="MalformedFileException">It is a shard of something else.</exception>
    public static int Count(TokenShard shard)
    {
        ArgumentNullException.ThrowIfNull(shard);
        return shard.DocumentCount >= Parts && shard.DocumentCount % Parts == 0 && shard.DocumentName(Parts - 1).StartsWith("answer ", StringComparison.Ordinal)
            ? shard.DocumentCount / Parts
            : throw new MalformedFileException(shard.Path, "documents", "they are no examples of text, prompt and answer");
    }

    /// <summary>How many tokens the parts of an example have, without reading them.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="example">Its number, from 0.</param>
    /// <returns>The lengths.</returns>
    public static (long Text, long Prompt, long Answer) Lengths(TokenShard shard, int example)
    {
        ArgumentNullException.ThrowIfNull(shard);
        return (Part(0), Part(1), Part(2));

        long Part(int part) => shard.Document((Parts * example) + part).Length;
    }

    /// <summary>Reads an example.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="example">Its number, from 0.</param>
    /// <returns>The ids of its parts.</returns>
    public static (int[] Text, int[] Prompt, int[] Answer) Read(TokenShard shard, int example)
    {
        ArgumentNullException.ThrowIfNull(shard);
        return (Part(0), Part(1), Part(2));

        int[] Part(int part)
        {
            var (start, length) = shard.Document((Parts * example) + part);
            return shard.Read(start, (int)length);
        }
    }
}
