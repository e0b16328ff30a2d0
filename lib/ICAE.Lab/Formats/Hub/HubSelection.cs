using System.Text.RegularExpressions;
using ICAE.Lab.Formats.Downloads;

namespace ICAE.Lab.Formats.Hub;

/// <summary>Which files of a repository a model needs. Pickles are never among them.</summary>
internal static partial class HubSelection
{
    private const string Weights = "model.safetensors";
    private const string Index = "model.safetensors.index.json";

    // Beside the weights, where they are there: settings and tokenizers in all their forms, and what this library itself adds to a base.
    private static readonly string[] BesideBase =
    [
        "generation_config.json", "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja", "icae-lab.json",
    ];

    private static readonly string[] BesideAdapter =
    [
        MemoryTable.FileName, "icae.json", "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja",
    ];

    /// <summary>The files of a whole model: a base, else an adapter. Where the first is an index, its shards are still to be added.</summary>
    /// <exception cref="IcaeException">The repository holds no weights that this library reads.</exception>
    public static IReadOnlyList<RemoteFile> Whole(HubListing listing, HubTarget target)
    {
        if (listing.Find(Weights) is { } single)
            return [single, Config(listing, target), .. Present(listing, BesideBase)];

        if (listing.Find(Index) is { } index)
            return [index, Config(listing, target), .. Present(listing, BesideBase)];

        if (listing.Find(PeftAdapterFile.WeightsFileName) is { } adapter && listing.Find(PeftAdapterFile.ConfigFileName) is { } settings)
            return [adapter, settings, .. Present(listing, BesideAdapter)];

        throw NoWeights(listing, target);
    }

    /// <summary>Whether a file is an index of shards.</summary>
    public static bool IsIndex(RemoteFile file) => file.Name == Index;

    /// <summary>The shards that an index on this machine names.</summary>
    /// <param name="listing">The repository.</param>
    /// <param name="path">The index.</param>
    /// <param name="target">The model, for messages.</param>
    /// <exception cref="IcaeException">The index is unsound, or names what is not there or no safetensors file.</exception>
    public static IReadOnlyList<RemoteFile> Shards(HubListing listing, string path, HubTarget target)
    {
        const int MaxShards = 2_000;
        var names = ShardedSafetensors.ReadMap(path).Select(pair => pair.Value).Distinct(StringComparer.Ordinal).ToList();
        if (names.Count > MaxShards)
            throw new IcaeException($"{Index} of {target.Id} names more than {MaxShards} files.");

        return [.. names.Select(name =>
            Path.GetExtension(name) != ".safetensors" ? throw new IcaeException($"{Index} of {target.Id} names {FileChecks.Quote(name)}, which is no safetensors file; it is not fetched.")
            : listing.Find(name) ?? throw new IcaeException($"{Index} of {target.Id} names {FileChecks.Quote(name)}, which the repository does not have."))];
    }

    /// <summary>The one file that is wanted.</summary>
    /// <exception cref="IcaeException">The repository does not have it.</exception>
    public static RemoteFile One(HubListing listing, string file, HubTarget target)
    {
        if (SplitGguf().IsMatch(file))
            throw new IcaeException($"{file} of {target.Id} is one part of several; a GGUF model is read from one file only.");

        return listing.Find(file) ?? throw new IcaeException($"{target.Id} has no file {FileChecks.Quote(file)}.{Choices(listing)}");
    }

    /// <summary>Refuses the name of a single file that is neither GGUF nor safetensors.</summary>
    /// <exception cref="ConfigurationException">It is such a name.</exception>
    public static void RequireWanted(string file)
    {
        if (Pickles.HasPickleName(file))
            throw new ConfigurationException($"{FileChecks.Quote(file)} is a pickle by its name; reading a pickle can run any code that its author put in it, so it is not fetched.");

        if (Path.GetExtension(file) is not (".gguf" or ".safetensors"))
            throw new ConfigurationException($"{FileChecks.Quote(file)} is neither a .gguf nor a .safetensors file; only these are fetched alone.");
    }

    private static RemoteFile Config(HubListing listing, HubTarget target) =>
        listing.Find(HuggingFaceConfigFile.FileName) ?? throw new IcaeException($"{target.Id} has weights but no {HuggingFaceConfigFile.FileName}; without it they cannot be used.");

    private static IEnumerable<RemoteFile> Present(HubListing listing, string[] names) => names.Select(listing.Find).OfType<RemoteFile>();

    private static IcaeException NoWeights(HubListing listing, HubTarget target)
    {
        if (Choices(listing) is { Length: > 0 } choices)
            return new IcaeException($"{target.Id} has no {Weights}.{choices}");

        var pickle = listing.Files.FirstOrDefault(file => Pickles.HasPickleName(file.Name));
        return new IcaeException(pickle is null
            ? $"{target.Id} has no weights that are read here: no {Weights}, no {Index}, no {PeftAdapterFile.WeightsFileName} with its {PeftAdapterFile.ConfigFileName}, no GGUF file."
            : $"{target.Id}: only pickled weights are there ({FileChecks.Quote(pickle.Name)}); reading a pickle can run any code that its author put in it, so they are not fetched.");
    }

    private static string Choices(HubListing listing)
    {
        const int MostNamed = 8;
        var names = listing.Files.Select(file => file.Name).Where(name => Path.GetExtension(name) is ".gguf" or ".safetensors" && !SplitGguf().IsMatch(name)).ToList();
        return names.Count == 0 ? "" : $" Choose one of its files with --file: {string.Join(", ", names.Take(MostNamed).Select(FileChecks.Quote))}{(names.Count > MostNamed ? ", ..." : "")}.";
    }

    [GeneratedRegex(@"-\d{5}-of-\d{5}\.gguf$", RegexOptions.CultureInvariant)]
    private static partial Regex SplitGguf();
}
