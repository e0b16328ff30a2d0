using System.Text.Json;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Tokens;

/// <summary>What a tokenizer_config.json says beside the tokenizer's own file.</summary>
internal sealed record TokenizerConfig
{
    /// <summary>The file's name.</summary>
    public const string Name = "tokenizer_config.json";

    /// <summary>A folder without the file.</summary>
    public static readonly TokenizerConfig None = new();

    private const long MostBytes = 16 << 20;

    /// <summary>The token that opens a text: known to be none where <see cref="NamesBos"/> is set and this is <see langword="null"/>.</summary>
    public string? BosToken { get; init; }

    /// <summary>The token that ends a text, likewise.</summary>
    public string? EosToken { get; init; }

    /// <summary>Whether the file says which token opens a text.</summary>
    public bool NamesBos { get; init; }

    /// <summary>Whether the file says which token ends a text.</summary>
    public bool NamesEos { get; init; }

    /// <summary>Whether the opening token is put before a text, if the file says so.</summary>
    public bool? AddsBos { get; init; }

    /// <summary>Whether the ending token is put behind a text, if the file says so.</summary>
    public bool? AddsEos { get; init; }

    /// <summary>Tokens added to a vocabulary that does not say so itself.</summary>
    public IReadOnlyList<AddedToken> Added { get; init; } = [];

    /// <summary>The file itself, to be written again, if there is one.</summary>
    public TokenizerSource? Source { get; init; }

    private string File { get; init; } = Name;

    /// <summary>Reads the file in a folder; <see cref="None"/> where there is none.</summary>
    public static TokenizerConfig ReadBeside(string tokenizerFile)
    {
        var file = Path.Combine(Path.GetDirectoryName(tokenizerFile) ?? "", Name);
        return System.IO.File.Exists(file) ? Read(file, FileChecks.ReadBounded(file, MostBytes)) : None;
    }

    /// <summary>Reads the file's bytes.</summary>
    public static TokenizerConfig Read(string file, byte[] content)
    {
        using var document = TokenizerFile.Parse(file, content);
        var root = new JsonPlace(file, document.RootElement);
        return new TokenizerConfig
        {
            BosToken = ReadToken(root["bos_token"]),
            EosToken = ReadToken(root["eos_token"]),
            NamesBos = root["bos_token"].Element.ValueKind != JsonValueKind.Undefined,
            NamesEos = root["eos_token"].Element.ValueKind != JsonValueKind.Undefined,
            AddsBos = root["add_bos_token"].HasValue ? root["add_bos_token"].Flag(absent: false) : null,
            AddsEos = root["add_eos_token"].HasValue ? root["add_eos_token"].Flag(absent: false) : null,
            Added = ReadAdded(root["added_tokens_decoder"]),
            Source = new TokenizerSource(Name, content),
            File = file,
        };
    }

    /// <summary>The opening token's id: the one the file names, or else the given one.</summary>
    public int? BosId(Func<string, int?> find, int? otherwise) => Find(NamesBos, BosToken, "bos_token", find, otherwise);

    /// <summary>The ending token's id, likewise.</summary>
    public int? EosId(Func<string, int?> find, int? otherwise) => Find(NamesEos, EosToken, "eos_token", find, otherwise);

    private int? Find(bool named, string? token, string key, Func<string, int?> find, int? otherwise)
    {
        if (!named || token is null)
            return named ? null : otherwise;
        return find(token) ?? throw new MalformedFileException(File, key, $"the vocabulary has no token {FileChecks.Quote(token)}");
    }

    private static string? ReadToken(JsonPlace place)
    {
        if (!place.HasValue)
            return null;
        return place.Element.ValueKind == JsonValueKind.Object ? place["content"].String() : place.String();
    }

    private static List<AddedToken> ReadAdded(JsonPlace place)
    {
        List<AddedToken> tokens = [];
        foreach (var (key, item) in place.HasValue ? place.Entries() : [])
        {
            if (!int.TryParse(key, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var id))
                throw item.Wrong("the key is no id");
            tokens.Add(JsonAddedTokens.ReadToken(item, id));
        }

        return tokens;
    }
}
