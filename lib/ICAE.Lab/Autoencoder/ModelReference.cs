using ICAE.Lab.Models;

namespace ICAE.Lab.Autoencoder;

/// <summary>Names a model in a file that was made with it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Fingerprint">What tells it from others.</param>
public sealed record ModelReference(string Name, string Fingerprint)
{
    /// <summary>Name and the fingerprint's first digits.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"'{Name}' ({ModelFingerprint.Short(Fingerprint)})";

    /// <summary>A reference to a base.</summary>
    /// <param name="model">The base.</param>
    /// <returns>The reference.</returns>
    public static ModelReference To(BaseModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new ModelReference(model.Name, model.Fingerprint);
    }
}
