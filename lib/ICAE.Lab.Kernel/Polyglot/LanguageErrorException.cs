using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>Code in another kernel has failed; the error is that kernel's own.</summary>
internal sealed class LanguageErrorException(CellError error) : Exception(error.Value)
{
    public CellError Error { get; } = error;
}
