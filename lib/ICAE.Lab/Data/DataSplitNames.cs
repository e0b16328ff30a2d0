namespace ICAE.Lab.Data;

/// <summary>The names of the splits in files and on the command line: "train", "validation" and "test".</summary>
public static class DataSplitNames
{
    /// <summary>The split's name.</summary>
    /// <param name="split">The split.</param>
    /// <returns>Its name in lower case.</returns>
    public static string Name(this DataSplit split) => split switch
    {
        DataSplit.Train => "train",
        DataSplit.Validation => "validation",
        DataSplit.Test => "test",
        _ => throw new ArgumentOutOfRangeException(nameof(split), split, "There is no such split."),
    };

    /// <summary>The split of a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The split, or <see langword="null"/> for anything else.</returns>
    public static DataSplit? Find(string? name) => Enum.GetValues<DataSplit>().Where(split => split.Name() == name).Select(split => (DataSplit?)split).FirstOrDefault();
}
