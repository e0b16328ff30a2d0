namespace ICAE.Lab.Data;

/// <summary>The passages of English prose that the repository carries in datasets/passages: what demo, notebooks and evaluation read offline.</summary>
public static class Passages
{
    /// <summary>Reads the passages of a split.</summary>
    /// <param name="split">Validation, for choices; or test, for reported scores only.</param>
    /// <returns>The passages, book by book.</returns>
    /// <exception cref="ConfigurationException">There are no passages to be trained on.</exception>
    /// <exception cref="IcaeException">The folder was not found; see <see cref="DatasetFolder"/>.</exception>
    /// <exception cref="MalformedFileException">The file is damaged.</exception>
    public static IReadOnlyList<Passage> Load(DataSplit split) => JsonLines.Read(Path.Combine(DatasetFolder.Find("passages"), FileName(split))).ToArray();

    private static string FileName(DataSplit split) => split switch
    {
        DataSplit.Validation => "validation.jsonl",
        DataSplit.Test => "test.jsonl",
        _ => throw new ConfigurationException("datasets/passages has a validation and a test split, and nothing to be trained on."),
    };
}
