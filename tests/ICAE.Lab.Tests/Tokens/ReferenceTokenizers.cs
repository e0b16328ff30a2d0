using System.Collections.Concurrent;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Tests.Tokens;

/// <summary>The reference tokenizers, each loaded once.</summary>
internal static class ReferenceTokenizers
{
    private static readonly ConcurrentDictionary<string, Lazy<ITextTokenizer>> Loaded = new();

    public static IReadOnlyList<string> Names { get; } = ["byte-level-bpe", "smollm2", "sentencepiece-bpe", "mistral-v1", "mistral-v1-json"];

    public static ITextTokenizer Get(string name) =>
        Loaded.GetOrAdd(name, key => new Lazy<ITextTokenizer>(() => TokenizerFile.Load(TextReference.Folder(key)))).Value;
}
