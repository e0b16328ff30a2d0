using System.Collections.Frozen;
using System.Text;

namespace ICAE.Lab.Data.Stories;

/// <summary>
/// The word lists, which are embedded text files. A line "@name" begins a section; a line "# …" says something to a reader; every other line is an
/// entry: perhaps ":tag,tag: " (see <see cref="StoryTags"/>; "test" and "val" keep it for that split), then fields parted by " | ".
/// </summary>
internal static class Lexicon
{
    private static readonly FrozenDictionary<string, LexiconSection> Sections = Load();

    public static IEnumerable<LexiconSection> All => Sections.Values;

    /// <summary>Finds a section that must be there.</summary>
    public static LexiconSection Section(string name) =>
        Sections.TryGetValue(name, out var section) ? section : throw new InvalidOperationException($"There is no word list {name}.");

    /// <summary>Finds a section.</summary>
    public static LexiconSection? TrySection(string name) => Sections.GetValueOrDefault(name);

    private static FrozenDictionary<string, LexiconSection> Load()
    {
        var assembly = typeof(Lexicon).Assembly;
        var entries = new Dictionary<string, List<LexiconEntry>>(StringComparer.Ordinal);
        var number = 0;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith("stories.", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
            var section = new List<LexiconEntry>();
            while (reader.ReadLine() is { } line)
            {
                if (line.Length == 0 || line[0] == '#')
                    continue;
                if (line[0] != '@')
                    section.Add(Parse(line, number++));
                else if (!entries.TryAdd(line[1..].Trim(), section = []))
                    throw new InvalidOperationException($"{resource}: the section {line} is there twice.");
            }
        }
        return entries.ToFrozenDictionary(entry => entry.Key, entry => new LexiconSection(entry.Key, entry.Value), StringComparer.Ordinal);
    }

    private static LexiconEntry Parse(string line, int number)
    {
        var tags = StoryTags.None;
        DataSplit? only = null;
        if (line[0] == ':')
        {
            var end = line.IndexOf(':', 1);
            foreach (var name in line[1..end].Split(',', StringSplitOptions.TrimEntries))
            {
                if (name == "test")
                    only = DataSplit.Test;
                else if (name == "val")
                    only = DataSplit.Validation;
                else
                    tags |= Enum.Parse<StoryTags>(name, ignoreCase: true);
            }
            line = line[(end + 1)..];
        }

        // A predicate with a comma runs loosely into what comes after it: it has to end the sentence.
        if (line.TrimStart().StartsWith('*') && line.Contains(',', StringComparison.Ordinal))
            tags |= StoryTags.Loose;
        return new LexiconEntry(line.Split(" | ", StringSplitOptions.TrimEntries), tags, only, number);
    }
}
