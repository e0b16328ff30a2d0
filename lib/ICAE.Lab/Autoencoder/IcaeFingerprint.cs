using System.Globalization;
using ICAE.Lab.Models;

namespace ICAE.Lab.Autoencoder;

/// <summary>
/// What tells the trained part of an autoencoder from others: SHA-256 over how its slots are read and up to 256 evenly spaced elements
/// of each matrix and of the memory table, as bfloat16. It proves nothing.
/// </summary>
public static class IcaeFingerprint
{
    /// <summary>The fingerprint of an autoencoder as it is now; training changes it.</summary>
    /// <param name="icae">The autoencoder.</param>
    /// <returns>64 hexadecimal digits.</returns>
    public static string Of(Icae icae)
    {
        ArgumentNullException.ThrowIfNull(icae);
        var config = icae.Config;
        using var hash = new TensorSampleHash();
        hash.Add(string.Create(
            CultureInfo.InvariantCulture, $"icae 1: {config.MemoryTokens} {config.Positions} {config.TextOffset} {config.Layout} {config.Lora.Scale:R}"));
        foreach (var weight in icae.Trainables)
        {
            hash.Add(weight.Name, weight.Value);
        }

        return hash.Finish();
    }
}
