namespace ICAE.Lab.Tokens;

/// <summary>The names by which the opening and the ending token are known where a file does not say which they are.</summary>
internal static class SpecialNames
{
    private static readonly string[] Bos = ["<s>", "<|begin_of_text|>", "<bos>"];
    private static readonly string[] Eos = ["</s>", "<|end_of_text|>", "<|endoftext|>", "<eos>"];

    /// <summary>The token that opens a text.</summary>
    public static int? FindBos(IReadOnlyList<AddedToken> added) => Find(Bos, added);

    /// <summary>The token that ends a text.</summary>
    public static int? FindEos(IReadOnlyList<AddedToken> added) => Find(Eos, added);

    private static int? Find(string[] names, IReadOnlyList<AddedToken> added) =>
        names.Select(name => added.FirstOrDefault(token => token.Special && token.Content == name)?.Id).FirstOrDefault(id => id is not null);
}
