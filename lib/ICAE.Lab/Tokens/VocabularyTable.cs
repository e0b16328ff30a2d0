using ICAE.Lab.Formats;

namespace ICAE.Lab.Tokens;

/// <summary>Puts a vocabulary in the order of its ids.</summary>
internal static class VocabularyTable
{
    /// <summary>The most tokens that a vocabulary may have.</summary>
    public const int MostTokens = 1 << 20;

    /// <summary>Each token's text by id, <see langword="null"/> where an id is not used.</summary>
    /// <exception cref="MalformedFileException">An id stands for two tokens, or most ids stand for none.</exception>
    public static string?[] Arrange(string file, IEnumerable<(int Id, string Text, string Place)> entries)
    {
        var list = entries.ToList();
        if (list.Count > MostTokens)
            throw new MalformedFileException(file, list[0].Place, $"{list.Count} tokens are too many; {MostTokens} are read at most");
        var size = list.Max(entry => entry.Id) + 1L;
        if (size > (2L * list.Count) + 1024)
            throw new MalformedFileException(file, list[0].Place, $"ids go up to {size - 1} for {list.Count} tokens: most ids stand for nothing");
        var tokens = new string?[size];
        foreach (var (id, text, place) in list)
        {
            if (tokens[id] is { } other)
                throw new MalformedFileException(file, place, $"id {id} stands for both {FileChecks.Quote(other)} and {FileChecks.Quote(text)}");
            tokens[id] = text;
        }

        return tokens;
    }
}
