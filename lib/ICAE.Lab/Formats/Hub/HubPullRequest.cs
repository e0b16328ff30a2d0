namespace ICAE.Lab.Formats.Hub;

/// <summary>What is to be pulled, from where, and where to.</summary>
public sealed record HubPullRequest
{
    /// <summary>The model.</summary>
    public required HubModelId Id { get; init; }

    /// <summary>The folder of models in which it is to be found by its name.</summary>
    public required string Models { get; init; }

    /// <summary>The branch, tag or commit.</summary>
    public string Revision { get; init; } = "main";

    /// <summary>The one GGUF or safetensors file that is wanted; <see langword="null"/> for the whole model.</summary>
    public string? File { get; init; }

    /// <summary>The name that it gets, of one or two parts; <see langword="null"/> for that of the hub.</summary>
    public string? Name { get; init; }

    /// <summary>The hub.</summary>
    public HubEndpoint Endpoint { get; init; } = HubEndpoint.Parse(HubEndpoint.PublicHub);

    /// <summary>A token for models that are not open to everybody. It is sent to the hub's own host and kept nowhere.</summary>
    public string? Token { get; init; }

    /// <summary>How to wait between tries.</summary>
    internal Func<TimeSpan, CancellationToken, Task> Delay { get; init; } = Task.Delay;

    /// <summary>Checks what can be checked without a network.</summary>
    /// <exception cref="ConfigurationException">The revision, the file or the name cannot be.</exception>
    public void Validate()
    {
        const int LongestRevision = 250;
        if (Revision.Length is 0 or > LongestRevision || Revision.Any(char.IsControl))
            throw new ConfigurationException($"{FileChecks.Quote(Revision)} is no branch, tag or commit.");

        if (Name is not null && !HubModelId.IsName(Name))
            throw new ConfigurationException($"{FileChecks.Quote(Name)} is no name for a model; one has one or two parts (owner/name) of letters, digits, '-', '_' and '.'.");

        if (File is not null)
            HubSelection.RequireWanted(File);
    }

    /// <summary>Does not show the token.</summary>
    public override string ToString() => $"{Id} at {Endpoint}, {Revision}{(File is null ? "" : $", {File}")}";
}
