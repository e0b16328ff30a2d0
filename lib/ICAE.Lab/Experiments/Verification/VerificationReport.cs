namespace ICAE.Lab.Experiments.Verification;

/// <summary>What comparing a folder or file of reference values gave.</summary>
/// <param name="Path">The folder or file.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Checks">Every quantity that was compared; at least one.</param>
/// <param name="Skipped">What the reference holds that was not compared, each with its reason.</param>
public sealed record VerificationReport(
    string Path, ReferenceKind Kind, IReadOnlyList<VerificationCheck> Checks, IReadOnlyList<string> Skipped)
{
    /// <summary>Whether every quantity is within its tolerance.</summary>
    public bool Ok => Checks.All(check => check.Ok);
}
