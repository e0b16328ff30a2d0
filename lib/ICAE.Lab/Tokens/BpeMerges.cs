using ICAE.Lab.Formats;

namespace ICAE.Lab.Tokens;

/// <summary>A vocabulary and its merges, checked against each other.</summary>
internal sealed class BpeMerges
{
    /// <summary>Checks and keeps a vocabulary and its merges.</summary>
    /// <param name="file">The file they came from, for messages.</param>
    /// <param name="place">Where the merges stand in it, for messages.</param>
    /// <param name="vocabulary">Each token's id.</param>
    /// <param name="merges">Pairs of tokens, the one to merge first in front.</param>
    /// <exception cref="MalformedFileException">A merge names or builds a token that is not in the vocabulary, or is there twice.</exception>
    public BpeMerges(string file, string place, IReadOnlyDictionary<string, int> vocabulary, IReadOnlyList<(string Left, string Right)> merges)
    {
        Vocabulary = vocabulary;
        Merges = merges;
        var seen = new HashSet<(string, string)>(merges.Count);
        for (var rank = 0; rank < merges.Count; rank++)
        {
            var (left, right) = merges[rank];
            if (!vocabulary.ContainsKey(left) || !vocabulary.ContainsKey(right))
                throw Wrong($"{FileChecks.Quote(vocabulary.ContainsKey(left) ? right : left)} is not in the vocabulary");
            if (!vocabulary.ContainsKey(left + right))
                throw Wrong($"it builds {FileChecks.Quote(left + right)}, which is not in the vocabulary");
            if (!seen.Add((left, right)))
                throw Wrong("the same merge stands there before");

            MalformedFileException Wrong(string cause) => new(file, $"{place}[{rank}]", cause);
        }
    }

    /// <summary>Each token's id.</summary>
    public IReadOnlyDictionary<string, int> Vocabulary { get; }

    /// <summary>Pairs of tokens, the one to merge first in front.</summary>
    public IReadOnlyList<(string Left, string Right)> Merges { get; }
}
