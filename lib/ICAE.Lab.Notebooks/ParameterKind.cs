namespace ICAE.Lab.Notebooks;

/// <summary>The type of a notebook's parameter.</summary>
public enum ParameterKind
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A whole number of 64 bits.</summary>
    Integer,

    /// <summary>A number in floating point.</summary>
    Number,
}
