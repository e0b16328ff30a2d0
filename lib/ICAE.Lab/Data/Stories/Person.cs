namespace ICAE.Lab.Data.Stories;

/// <summary>A man, woman or child of a world. No two share a given name, and only kin share a surname.</summary>
internal sealed class Person
{
    public required int Id { get; init; }

    public required string Given { get; init; }

    public required string Surname { get; set; }

    public required bool Male { get; init; }

    /// <summary>What they do; no two of a world do the same.</summary>
    public required LexiconEntry Trade { get; init; }

    /// <summary>Whose kin they are, or null.</summary>
    public Person? KinTo { get; set; }

    /// <summary>What they are to <see cref="KinTo"/>, such as "sister".</summary>
    public string KinNoun { get; set; } = "";

    /// <summary>What <see cref="KinTo"/> is to them.</summary>
    public string KinBack { get; set; } = "";

    /// <summary>How they are called before the surname by people who are polite: Mr., Mrs. or Miss.</summary>
    public required string Title { get; set; }

    public string FullName => $"{Given} {Surname}";

    public string TradeNoun => Trade.Fields[0];
}
