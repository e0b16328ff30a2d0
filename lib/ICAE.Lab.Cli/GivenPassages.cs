using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;

namespace ICAE.Lab.Cli;

/// <summary>The passages that a model is measured on.</summary>
internal static class GivenPassages
{
    /// <summary>Reads them.</summary>
    /// <param name="path">A JSON-lines file; <see langword="null"/> for the test passages in datasets/passages.</param>
    /// <param name="model">The autoencoder, whose vocabulary ids must lie in.</param>
    /// <returns>The passages.</returns>
    public static IEnumerable<Passage> Read(string? path, IcaeModel model) =>
        path is null ? Passages.Load(DataSplit.Test) : JsonLines.Read(path, model.Base.Tokenizer.VocabularySize);
}
