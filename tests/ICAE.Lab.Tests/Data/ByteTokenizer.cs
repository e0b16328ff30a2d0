using System.Text;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Tests.Data;

/// <summary>A tokenizer whose ids are UTF-8 bytes behind one special id (0), for tests that need no real one.</summary>
internal sealed class ByteTokenizer : ITextTokenizer
{
    public int VocabularySize => 257;

    public int? BosId => null;

    public int? EosId => 0;

    public IReadOnlySet<int> SpecialIds { get; } = new HashSet<int> { 0 };

    public string Fingerprint { get; } = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));

    public IReadOnlyList<int> Encode(string text, bool addSpecialTokens = false, bool parseSpecialTokens = false) =>
        Encoding.UTF8.GetBytes(text).Select(b => b + 1).ToArray();

    public string Decode(IReadOnlyList<int> ids, bool skipSpecialTokens = false) =>
        Encoding.UTF8.GetString(ids.Where(id => id != 0).Select(id => (byte)(id - 1)).ToArray());

    public string TokenText(int id) => Decode([id]);
}
