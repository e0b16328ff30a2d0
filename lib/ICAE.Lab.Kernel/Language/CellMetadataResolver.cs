using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace ICAE.Lab.Kernel.Language;

/// <summary>
/// Resolves nothing: the kernel has read every reference of a cell before it is compiled. The compiler's own resolver would read each file's
/// metadata again for every cell.
/// </summary>
internal sealed class CellMetadataResolver : MetadataReferenceResolver
{
    public override ImmutableArray<PortableExecutableReference> ResolveReference(string reference, string? baseFilePath, MetadataReferenceProperties properties) => [];

    public override bool Equals(object? other) => other is CellMetadataResolver;

    public override int GetHashCode() => 1;
}
