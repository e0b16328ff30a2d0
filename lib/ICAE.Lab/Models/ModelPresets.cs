namespace ICAE.Lab.Models;

/// <summary>The shapes of public models by the names of their hub pages, whose config files are the source.</summary>
public static class ModelPresets
{
    private static readonly RotaryScaling Llama32 = new(RotaryScalingKind.Llama3, 32, 1, 4, 8192);

    private static readonly SortedDictionary<string, TransformerConfig> All = new(StringComparer.OrdinalIgnoreCase)
    {
        ["HuggingFaceTB/SmolLM2-135M"] = Llama(49152, 576, 1536, 30, 9, 3, 8192, 100_000, tied: true),
        ["HuggingFaceTB/SmolLM2-360M"] = Llama(49152, 960, 2560, 32, 15, 5, 8192, 100_000, tied: true),
        ["HuggingFaceTB/SmolLM2-1.7B"] = Llama(49152, 2048, 8192, 24, 32, 32, 8192, 130_000, tied: true),
        ["meta-llama/Llama-2-7b-hf"] = Llama(32000, 4096, 11008, 32, 32, 32, 4096, 10_000),
        ["meta-llama/Llama-2-13b-hf"] = Llama(32000, 5120, 13824, 40, 40, 40, 4096, 10_000),
        ["meta-llama/Llama-3.2-1B"] = Llama(128256, 2048, 8192, 16, 32, 8, 131_072, 500_000, tied: true) with { RotaryScaling = Llama32 },
        ["meta-llama/Llama-3.2-3B"] = Llama(128256, 3072, 8192, 28, 24, 8, 131_072, 500_000, tied: true) with { RotaryScaling = Llama32 },
        ["mistralai/Mistral-7B-v0.1"] = Llama(32000, 4096, 14336, 32, 32, 8, 32768, 10_000) with { Family = ModelFamily.Mistral, SlidingWindow = 4096 },
        ["mistralai/Mistral-7B-Instruct-v0.2"] = Llama(32000, 4096, 14336, 32, 32, 8, 32768, 1_000_000) with { Family = ModelFamily.Mistral },
        ["Qwen/Qwen2.5-0.5B"] = Llama(151_936, 896, 4864, 24, 14, 2, 32768, 1_000_000, tied: true) with
        {
            Family = ModelFamily.Qwen2,
            NormEpsilon = 1e-6,
            QueryKeyValueBias = true,
        },
        ["Qwen/Qwen3-0.6B"] = Llama(151_936, 1024, 3072, 28, 16, 8, 40960, 1_000_000, tied: true) with
        {
            Family = ModelFamily.Qwen3,
            HeadSize = 128,
            NormEpsilon = 1e-6,
            QueryKeyNorm = true,
        },
    };

    /// <summary>The names, such as <c>HuggingFaceTB/SmolLM2-135M</c>.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>The shape of a public model.</summary>
    /// <param name="name">Its name, with or without the owner; upper and lower case are the same.</param>
    /// <returns>The config.</returns>
    /// <exception cref="ConfigurationException">There is no preset of that name; the message lists those there are.</exception>
    public static TransformerConfig Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (All.TryGetValue(name, out var exact))
        {
            return exact;
        }

        var found = All.Keys.FirstOrDefault(full => full[(full.IndexOf('/', StringComparison.Ordinal) + 1)..].Equals(name, StringComparison.OrdinalIgnoreCase));
        return found is null
            ? throw new ConfigurationException($"There is no preset '{name}'; there are {string.Join(", ", All.Keys)}.")
            : All[found];
    }

    private static TransformerConfig Llama(
        int vocabulary, int hidden, int intermediate, int layers, int heads, int keyValueHeads, int positions, double rotaryBase, bool tied = false) => new()
        {
            VocabularySize = vocabulary,
            HiddenSize = hidden,
            IntermediateSize = intermediate,
            Layers = layers,
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadSize = hidden / heads,
            MaxPositions = positions,
            RotaryBase = rotaryBase,
            TieEmbeddings = tied,
        };
}
