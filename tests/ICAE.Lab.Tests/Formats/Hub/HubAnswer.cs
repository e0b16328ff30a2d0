namespace ICAE.Lab.Tests.Formats.Hub;

/// <summary>What a <see cref="HubServer"/> says.</summary>
internal sealed record HubAnswer(int Status, byte[] Body)
{
    public Dictionary<string, string> Headers { get; } = [];

    /// <summary>After so many bytes of the body the connection ends.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Whether the length is told.</summary>
    public bool HasLength { get; init; } = true;

    /// <summary>The connection stays open until this ends.</summary>
    public Task? HoldsAfter { get; init; }
}
