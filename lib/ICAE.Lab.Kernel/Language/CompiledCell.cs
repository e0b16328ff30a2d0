using Microsoft.CodeAnalysis.CSharp;

namespace ICAE.Lab.Kernel.Language;

/// <summary>A cell that compiles.</summary>
/// <param name="Compilation">What the next cell continues.</param>
/// <param name="Start">Starts its code, given the cells before it; <see langword="null"/> if there is nothing to run.</param>
/// <param name="HasValue">Whether it ends in an expression whose value is shown.</param>
/// <param name="ReferenceCount">How many references it and the cells before it are compiled against.</param>
internal sealed record CompiledCell(CSharpCompilation Compilation, Func<object?[], Task<object?>>? Start, bool HasValue, int ReferenceCount);
