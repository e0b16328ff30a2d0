using System.Globalization;
using System.Text.Json.Serialization;

namespace ICAE.Lab.Models;

/// <summary>The settings of a low-rank adapter (LoRA, arXiv 2106.09685), with the names of PEFT.</summary>
public sealed record LoraConfig
{
    /// <summary>The linear layers of a transformer layer that can carry an adapter, in their order of use.</summary>
    [JsonIgnore]
    public static IReadOnlyList<string> AllTargets { get; } = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

    /// <summary>r: the rank.</summary>
    public int Rank { get; init; } = 32;

    /// <summary>The update is scaled by alpha / r, or alpha / sqrt(r) when <see cref="RankStabilised"/>.</summary>
    public double Alpha { get; init; } = 64;

    /// <summary>Scale by alpha / sqrt(r) (rsLoRA, arXiv 2312.03732).</summary>
    public bool RankStabilised { get; init; }

    /// <summary>The share of an adapter's inputs that is dropped during training, 0 to below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>The linear layers that carry an adapter, from <see cref="AllTargets"/>.</summary>
    public IReadOnlyList<string> Targets { get; init; } = AllTargets;

    /// <summary>The factor of the low-rank update.</summary>
    [JsonIgnore]
    public double Scale => Alpha / (RankStabilised ? Math.Sqrt(Rank) : Rank);

    /// <summary>Checks every rule between the fields.</summary>
    /// <returns>This config.</returns>
    /// <exception cref="ConfigurationException">A rule is broken.</exception>
    public LoraConfig Validate()
    {
        if (Rank is < 1 or > 65_536)
        {
            throw new ConfigurationException($"LoRA: the rank ({Rank}) must lie between 1 and 65536.");
        }

        if (!double.IsFinite(Alpha))
        {
            throw new ConfigurationException($"LoRA: alpha ({Alpha}) must be finite.");
        }

        if (Dropout is not (>= 0 and < 1))
        {
            throw new ConfigurationException($"LoRA: the dropout ({Dropout}) must lie between 0 and below 1.");
        }

        if (Targets.Count == 0 || Targets.Distinct().Count() != Targets.Count || Targets.Except(AllTargets).Any())
        {
            throw new ConfigurationException($"LoRA: the targets ({string.Join(", ", Targets)}) must be some of {string.Join(", ", AllTargets)}, each once.");
        }

        return this;
    }

    /// <summary>Input and output width of a target.</summary>
    /// <param name="config">The model.</param>
    /// <param name="target">The target's name.</param>
    /// <returns>in and out.</returns>
    /// <exception cref="ConfigurationException">There is no such target.</exception>
    public static (int In, int Out) Shape(TransformerConfig config, string target)
    {
        ArgumentNullException.ThrowIfNull(config);
        return target switch
        {
            "q_proj" => (config.HiddenSize, config.Heads * config.HeadSize),
            "k_proj" or "v_proj" => (config.HiddenSize, config.KeyValueHeads * config.HeadSize),
            "o_proj" => (config.Heads * config.HeadSize, config.HiddenSize),
            "gate_proj" or "up_proj" => (config.HiddenSize, config.IntermediateSize),
            "down_proj" => (config.IntermediateSize, config.HiddenSize),
            _ => throw new ConfigurationException($"LoRA: the target '{target}' is none of {string.Join(", ", AllTargets)}."),
        };
    }

    /// <summary>Number of an adapter's parameters on a model.</summary>
    /// <param name="config">The model.</param>
    /// <returns>The sum over layers and targets of r (in + out).</returns>
    public long ParameterCount(TransformerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return (long)config.Layers * Targets.Sum(target => (long)Rank * (Shape(config, target).In + Shape(config, target).Out));
    }

    /// <summary>Whether another config says the same; the order of the targets says nothing.</summary>
    internal bool IsSameAs(LoraConfig other) => this with { Targets = other.Targets } == other && Targets.Order(StringComparer.Ordinal).SequenceEqual(other.Targets.Order(StringComparer.Ordinal));

    /// <summary>Its settings in a line.</summary>
    internal string Describe() => string.Create(
        CultureInfo.InvariantCulture, $"rank {Rank}, alpha {Alpha}{(RankStabilised ? ", rank-stabilised" : "")}, dropout {Dropout}, on {string.Join(", ", Targets.Order(StringComparer.Ordinal))}");
}
