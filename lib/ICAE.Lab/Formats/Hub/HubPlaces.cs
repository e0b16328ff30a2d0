namespace ICAE.Lab.Formats.Hub;

/// <summary>Where a pull puts things: unfinished models in a hidden folder of the folder of models, whole ones under their names.</summary>
internal sealed class HubPlaces
{
    /// <summary>The hidden folder; stores pass over names with a dot at the front.</summary>
    public const string HiddenFolder = ".pull";

    private readonly string _models;
    private readonly string _key;

    public HubPlaces(HubPullRequest request)
    {
        _models = Path.GetFullPath(request.Models);
        Name = request.Name ?? request.Id.Text;

        // A plus is in no model's name, so that no two names share a key.
        _key = Name.Replace('/', '+');
        Target = Path.Combine([_models, .. Name.Split('/')]);
    }

    /// <summary>The model's name.</summary>
    public string Name { get; }

    /// <summary>The folder of the whole model.</summary>
    public string Target { get; }

    /// <summary>The lock.</summary>
    public string Lock => Hidden(".lock");

    /// <summary>The folder of the unfinished model.</summary>
    public string Staging => Hidden("");

    /// <summary>An earlier revision, while it is replaced.</summary>
    public string Replaced => Hidden(".old");

    private string Hidden(string suffix) => Path.Combine(_models, HiddenFolder, _key + "+" + suffix);
}
