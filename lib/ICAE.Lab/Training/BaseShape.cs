namespace ICAE.Lab.Training;

/// <summary>The shape of a base that is made anew: see <see cref="RunDefaults.Model"/>.</summary>
public sealed record BaseShape
{
    // A byte-level tokenizer has 256 bytes, and a few ids that have a meaning of their own.
    private const int LeastVocabulary = 260;

    /// <summary>Ids of the tokenizer that is trained on the texts.</summary>
    public int Vocabulary { get; init; } = 1024;

    /// <summary>The width, a multiple of twice the heads.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Layers.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Heads.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Checks every rule between the fields.</summary>
    /// <returns>This shape.</returns>
    /// <exception cref="ConfigurationException">A rule is broken.</exception>
    public BaseShape Validate()
    {
        if (Vocabulary < LeastVocabulary)
            throw new ConfigurationException($"A vocabulary of {Vocabulary} ids is too small: at least {LeastVocabulary} are needed.");

        if (Heads < 1 || Width < 1 || Width % (2 * Heads) != 0)
            throw new ConfigurationException($"A width of {Width} is no multiple of twice the {Heads} heads.");

        return Layers < 1 ? throw new ConfigurationException($"A base has at least one layer, not {Layers}.") : this;
    }
}
