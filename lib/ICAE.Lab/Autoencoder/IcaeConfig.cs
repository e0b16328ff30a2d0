using System.Text.Json.Serialization;
using ICAE.Lab.Models;

namespace ICAE.Lab.Autoencoder;

/// <summary>What makes a base model an in-context autoencoder. The defaults are the paper's; every variant is a choice here.</summary>
public sealed record IcaeConfig
{
    /// <summary>k: the slots of a full span.</summary>
    public int Slots { get; init; } = 128;

    /// <summary>The nominal rate: a span holds at most Slots · TokensPerSlot tokens.</summary>
    public double TokensPerSlot { get; init; } = 4;

    /// <summary>Whether a short span gets all slots or its share.</summary>
    public SlotBudget Budget { get; init; } = SlotBudget.Fixed;

    /// <summary>Separate memory tokens or a shared one.</summary>
    public MemoryTokenKind MemoryTokens { get; init; } = MemoryTokenKind.Separate;

    /// <summary>Where memory tokens stand.</summary>
    public MemoryPositions Positions { get; init; } = MemoryPositions.Appended;

    /// <summary>
    /// C: the decoder's text starts at position C and [AE], [LM] or [FT] stands at C - 1, whatever the length of the text;
    /// <see langword="null"/> puts them right behind the slots.
    /// </summary>
    public int? TextOffset { get; init; }

    /// <summary>What a slot is.</summary>
    public SlotLayout Layout { get; init; } = SlotLayout.Embeddings;

    /// <summary>The encoder's adapter.</summary>
    public LoraConfig Lora { get; init; } = new() { Rank = 128, Alpha = 32, Dropout = 0.05, Targets = ["q_proj", "v_proj"] };

    /// <summary>Rows of the memory table that are memory tokens.</summary>
    [JsonIgnore]
    public int MemoryRows => MemoryTokens == MemoryTokenKind.Shared ? 1 : Slots;

    /// <summary>Rows of the memory table: memory tokens, [AE], [LM], [FT].</summary>
    [JsonIgnore]
    public int TableRows => MemoryRows + 3;

    /// <summary>Checks every rule between the fields.</summary>
    /// <returns>This config.</returns>
    /// <exception cref="ConfigurationException">A rule is broken; the message names field, value and rule.</exception>
    public IcaeConfig Validate()
    {
        if (Slots is < 1 or > 65_536)
        {
            throw new ConfigurationException($"Autoencoder config: {nameof(Slots)} ({Slots}) must lie between 1 and 65536.");
        }

        if (!double.IsFinite(TokensPerSlot) || TokensPerSlot <= 0 || TokensPerSlot * Slots < 1)
        {
            throw new ConfigurationException($"Autoencoder config: {nameof(TokensPerSlot)} ({TokensPerSlot}) must be positive, and a span must hold a token.");
        }

        if (TextOffset is { } offset && offset < 1)
        {
            throw new ConfigurationException($"Autoencoder config: {nameof(TextOffset)} ({offset}) must be at least 1.");
        }

        Lora.Validate();
        return this;
    }
}
