using ICAE.Lab.Formats;
using ICAE.Lab.Models;

namespace ICAE.Lab.Autoencoder;

/// <summary>
/// The autoencoders that a store shows when none is asked for. A place of the store may name its first choice in <c>index.json</c>:
/// <c>{"default": "NAME"}</c>; else it is the first by name.
/// </summary>
public static class ShippedModels
{
    /// <summary>The file that names the first choice.</summary>
    public const string IndexFileName = "index.json";

    /// <summary>The autoencoder that is used when none is asked for. The native library is not loaded.</summary>
    /// <param name="store">The store; <see langword="null"/> for the usual places.</param>
    /// <returns>Its name.</returns>
    /// <exception cref="ConfigurationException">There is no autoencoder, or the index names one that is not there.</exception>
    /// <exception cref="MalformedFileException">An index is unsound.</exception>
    public static string Default(ModelStore? store = null)
    {
        var places = store ?? ModelStore.Default;
        var autoencoders = Autoencoders(places);
        foreach (var path in places.Places.Select(place => Path.Combine(place, IndexFileName)).Where(File.Exists))
        {
            var name = new JsonFields(path, BoundedJson.ReadObject(path)).Text("default");
            return autoencoders.Any(model => model.Name == name)
                ? name
                : throw new ConfigurationException($"{path}: the default {FileChecks.Quote(name)} is not among the autoencoders there: {string.Join(", ", autoencoders.Select(model => model.Name))}.");
        }

        return autoencoders.Count > 0
            ? autoencoders[0].Name
            : throw new ConfigurationException($"There is no autoencoder in {string.Join(", ", places.Places)}. The variable {ModelStore.Variable} names further places.");
    }

    /// <summary>The default, and with it the first autoencoder of the other slot layout, those on the same base first. Only icae.json is read.</summary>
    /// <param name="store">The store; <see langword="null"/> for the usual places.</param>
    /// <returns>One or two names, the default first.</returns>
    /// <exception cref="ConfigurationException">There is no autoencoder, or the index names one that is not there.</exception>
    /// <exception cref="MalformedFileException">An index or an icae.json is unsound.</exception>
    public static IReadOnlyList<string> OfEachLayout(ModelStore? store = null)
    {
        var places = store ?? ModelStore.Default;
        var name = Default(places);
        var own = IcaeFile.Read(places.Find(name));
        var other = Autoencoders(places)
            .Where(model => model.Name != name)
            .Select(model => (model.Name, File: IcaeFile.Read(model.Path)))
            .Where(entry => entry.File.Config.Layout != own.Config.Layout)
            .OrderBy(entry => entry.File.Base.Fingerprint == own.Base.Fingerprint ? 0 : 1)
            .Select(entry => entry.Name)
            .FirstOrDefault();
        return other is null ? [name] : [name, other];
    }

    private static List<StoredModel> Autoencoders(ModelStore store) => [.. store.List().Where(model => model.Kind == StoredModelKind.Autoencoder)];
}
