using System.Text;
using System.Xml;
using Microsoft.CodeAnalysis;

namespace ICAE.Lab.Kernel.Language;

/// <summary>Finds what the XML documentation says: beside an assembly, or for the framework in the SDK's reference packs.</summary>
internal static class Documentation
{
    /// <summary>The summary of a symbol, on one line; <see langword="null"/> if there is none.</summary>
    /// <param name="symbol">The symbol.</param>
    /// <param name="pathByName">The files of the assemblies, by simple name.</param>
    public static string? Summary(ISymbol symbol, IReadOnlyDictionary<string, string> pathByName)
    {
        if (symbol.OriginalDefinition.GetDocumentationCommentId() is not { } id || symbol.ContainingAssembly is not { } assembly || !pathByName.TryGetValue(assembly.Name, out var path))
            return null;

        return Files(assembly.Name, path).Select(file => Find(file, id)).FirstOrDefault(summary => summary is not null);
    }

    private static IEnumerable<string> Files(string assembly, string path)
    {
        var beside = Path.ChangeExtension(path, ".xml");
        if (File.Exists(beside))
            return [beside];

        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        if (Path.GetDirectoryName(path) != framework)
            return [];

        // The reference assemblies divide the types in another way than the implementation does: its own name first, then all.
        var packs = Path.GetFullPath(Path.Combine(framework, "..", "..", "..", "packs", "Microsoft.NETCore.App.Ref"));
        if (!Directory.Exists(packs))
            return [];

        var files = Directory.EnumerateFiles(packs, "*.xml", SearchOption.AllDirectories).Where(file => file.Contains($"net{Environment.Version.Major}.0", StringComparison.Ordinal));
        return files.OrderBy(file => Path.GetFileNameWithoutExtension(file) == assembly ? 0 : Path.GetFileNameWithoutExtension(file) == "System.Runtime" ? 1 : 2);
    }

    private static string? Find(string file, string id)
    {
        try
        {
            using var reader = XmlReader.Create(file, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, IgnoreComments = true });
            while (reader.ReadToFollowing("member"))
            {
                if (reader.GetAttribute("name") != id)
                    continue;

                using var member = reader.ReadSubtree();
                return member.ReadToFollowing("summary") ? Text(member) : null;
            }
        }
        catch (Exception error) when (error is XmlException or IOException or UnauthorizedAccessException)
        {
            // A broken documentation file documents nothing.
        }

        return null;
    }

    private static string? Text(XmlReader reader)
    {
        var text = new StringBuilder();
        using var summary = reader.ReadSubtree();
        while (summary.Read())
        {
            if (summary.NodeType is XmlNodeType.Text or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace)
                text.Append(summary.Value);
            else if (summary.NodeType == XmlNodeType.Element)
                text.Append(Named(summary));
        }

        var words = text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? null : string.Join(' ', words);
    }

    // "T:System.String" is String, "M:System.String.Trim(System.Char)" is Trim.
    private static string Named(XmlReader element)
    {
        var name = element.GetAttribute("langword") ?? element.GetAttribute("name") ?? element.GetAttribute("cref") ?? "";
        return name.Split('(')[0].Split('.')[^1].Split('`')[0];
    }
}
