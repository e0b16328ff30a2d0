using ICAE.Lab.Formats.Hub;
using ICAE.Lab.Models;
using ICAE.Lab.Tests.Formats.Hub;

namespace ICAE.Lab.Cli.Tests;

/// <summary>A hub on this machine, and a user's data folder and variables for the length of a test.</summary>
internal sealed class PullPlace : IDisposable
{
    private const string DataVariable = "XDG_DATA_HOME";

    private readonly TemporaryFolder _data = new();
    private readonly Dictionary<string, string?> _before = [];

    public PullPlace()
    {
        Server.AddFolder(ReferenceCopy.Find("base-models", "mistral"), "config.json", "model.safetensors");
        Set(DataVariable, _data.Folder);
        Set(HubEndpoint.Variable, Server.Address);
        Set(HubEndpoint.TokenVariable, null);
        Set(ModelStore.Variable, null);
    }

    public HubServer Server { get; } = new();

    public string Models => _data.Path("icae-lab", "models");

    public void Set(string variable, string? value)
    {
        _before.TryAdd(variable, Environment.GetEnvironmentVariable(variable));
        Environment.SetEnvironmentVariable(variable, value);
    }

    public void Dispose()
    {
        foreach (var (variable, value) in _before)
            Environment.SetEnvironmentVariable(variable, value);

        Server.Dispose();
        _data.Dispose();
    }
}
