using System.Collections.Concurrent;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace ICAE.Lab.Kernel.Language;

/// <summary>The files that <c>#load</c> names: read and prepared before the cell is compiled.</summary>
internal sealed class LoadedSources : SourceReferenceResolver
{
    private readonly ConcurrentDictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>Keeps what a file says to the compiler.</summary>
    public void Add(string path, string text) => _texts[path] = text;

    // A cell is no file and keeps its name; what is loaded has been resolved already.
    public override string? NormalizePath(string path, string? baseFilePath) => path;

    public override string? ResolveReference(string path, string? baseFilePath) => CellPaths.Resolve(path, baseFilePath);

    public override Stream OpenRead(string resolvedPath) => new MemoryStream(Encoding.UTF8.GetBytes(Text(resolvedPath)));

    public override SourceText ReadText(string resolvedPath) => SourceText.From(Text(resolvedPath), Encoding.UTF8);

    public override bool Equals(object? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    private string Text(string path) => _texts.TryGetValue(path, out var text) ? text : File.ReadAllText(path);
}
