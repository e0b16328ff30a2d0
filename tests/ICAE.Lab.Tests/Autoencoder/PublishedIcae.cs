using System.Text.Json.Nodes;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Formats;
using ICAE.Lab.Models;
using ICAE.Lab.Tests.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Autoencoder;

/// <summary>The tiny autoencoder whose values were computed by the published code.</summary>
internal sealed class PublishedIcae : IDisposable
{
    public const string AdapterPrefix = "icae.base_model.model.";

    private PublishedIcae(Icae icae, SafetensorsFile reference)
    {
        Icae = icae;
        Reference = reference;
        Json = BoundedJson.ReadObject(ReferenceFiles.Find("icae-v2", "reference.json"));
    }

    public Icae Icae { get; }

    public SafetensorsFile Reference { get; }

    public JsonObject Json { get; }

    public static IcaeConfig Config { get; } = new()
    {
        Slots = 4,
        TokensPerSlot = 4,
        Lora = new LoraConfig { Rank = 8, Alpha = 32, Targets = ["q_proj", "v_proj"] },
    };

    public static PublishedIcae Open(string file = "icae.safetensors")
    {
        var (model, reference) = BaseModelReferenceTests.Open("mistral");
        reference.Dispose();
        using var source = SafetensorsFile.Open(ReferenceFiles.Find("icae-v2", file));
        var adapter = LoraAdapter.FromTensors(Config.Lora, model.Config, name => source.Load(PublishedName(name), ScalarType.Float32));
        adapter.Weights.ToList().ForEach(weight => weight.Value.requires_grad_(true));
        var table = new Weight(Icae.MemoryTableName, source.Load(Icae.MemoryTableName, ScalarType.Float32));
        table.Value.requires_grad_(true);
        return new PublishedIcae(new Icae(model, Config, adapter, table, ownsBase: true), SafetensorsFile.Open(ReferenceFiles.Find("icae-v2", "reference.safetensors")));
    }

    public static string PublishedName(string name) => name == Icae.MemoryTableName
        ? name
        : AdapterPrefix + name.Replace(".weight", ".default.weight", StringComparison.Ordinal);

    public static int[] Ints(JsonNode? node) => [.. node!.AsArray().Select(value => value!.GetValue<int>())];

    public int[] Ids(string name)
    {
        using var stored = Reference.Load(name);
        return [.. stored.data<long>().Select(id => (int)id)];
    }

    public void Dispose()
    {
        Icae.Dispose();
        Reference.Dispose();
    }
}
