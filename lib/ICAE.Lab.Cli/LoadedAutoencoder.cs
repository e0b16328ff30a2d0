using System.Text.Json.Nodes;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Models;

namespace ICAE.Lab.Cli;

/// <summary>An autoencoder and, where that is not its own, the base it stands on.</summary>
/// <param name="Model">The autoencoder.</param>
/// <param name="Base">The base to be disposed with it, or <see langword="null"/>.</param>
internal sealed record LoadedAutoencoder(IcaeModel Model, BaseModel? Base) : IDisposable
{
    /// <summary>What the base was prepared for, as results say it.</summary>
    public string BaseKind => Model.Base.Kind.ToString().ToLowerInvariant();

    /// <summary>What results name.</summary>
    public JsonObject Describe() => new()
    {
        ["name"] = Model.Name,
        ["fingerprint"] = Model.Reference.Fingerprint,
        ["base"] = Model.Base.Name,
        ["base_kind"] = BaseKind,
    };

    public void Dispose()
    {
        Model.Dispose();
        Base?.Dispose();
    }
}
