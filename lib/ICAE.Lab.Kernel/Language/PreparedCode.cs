namespace ICAE.Lab.Kernel.Language;

/// <summary>C# whose references have been taken out, line for line as long as before.</summary>
/// <param name="Text">What is left for the compiler.</param>
/// <param name="Assemblies">Files that it references.</param>
/// <param name="Packages">Packages that it references.</param>
/// <param name="PackageSources">Where else packages are looked for.</param>
internal sealed record PreparedCode(
    string Text,
    IReadOnlyList<string> Assemblies,
    IReadOnlyList<PackageReference> Packages,
    IReadOnlyList<string> PackageSources);
