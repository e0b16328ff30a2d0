namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>A column of a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">
/// Of <see cref="double"/>, <see cref="long"/>, <see cref="bool"/>, <see cref="DateTime"/> or <see cref="string"/>; the default of the type where
/// there is no value.
/// </param>
/// <param name="Missing">Where there is no value; <see langword="null"/> if there is one everywhere.</param>
internal sealed record SharedColumn(string Name, Array Values, bool[]? Missing)
{
    /// <summary>Whether a row has no value.</summary>
    public bool IsMissing(int row) => Missing is not null && Missing[row];
}
