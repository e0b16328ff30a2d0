namespace ICAE.Lab.Formats.Hub;

/// <summary>What a hub's repository holds; each kind has addresses of its own.</summary>
internal enum HubRepositoryKind
{
    /// <summary>A model.</summary>
    Model,

    /// <summary>A data set.</summary>
    Dataset,
}
