using Microsoft.CodeAnalysis;

namespace ICAE.Lab.Kernel.Language;

/// <summary>A cell does not compile.</summary>
internal sealed class CompilationException(IReadOnlyList<Diagnostic> errors) : Exception("The cell does not compile.")
{
    public IReadOnlyList<Diagnostic> Errors { get; } = errors;
}
