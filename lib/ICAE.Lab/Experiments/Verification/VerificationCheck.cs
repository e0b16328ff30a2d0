namespace ICAE.Lab.Experiments.Verification;

/// <summary>One quantity, computed again and compared with its reference values.</summary>
/// <param name="Name">The quantity, as the reference names it.</param>
/// <param name="MaxDifference">
/// The largest difference: absolute, unless the name says that it is relative, in units in the last place (ulp), or a number of mismatches.
/// Infinite where there is nothing to subtract, as between different shapes.
/// </param>
/// <param name="Tolerance">The largest difference that an exact implementation may show.</param>
/// <param name="Place">Where the largest difference was found, or <see langword="null"/> where nothing needs saying.</param>
public sealed record VerificationCheck(string Name, double MaxDifference, double Tolerance, string? Place = null)
{
    /// <summary>Whether the difference is within the tolerance; false where it is not a number.</summary>
    public bool Ok => MaxDifference <= Tolerance;
}
