using ICAE.Lab.Autoencoder;
using ICAE.Lab.Formats;
using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>An autoencoder's reference folder: its settings, its checkpoints, and the base that they belong to.</summary>
internal sealed class PublishedAutoencoder : IDisposable
{
    /// <summary>The checkpoint that the values are of.</summary>
    public const string CheckpointName = "icae.safetensors";

    public PublishedAutoencoder(string folder, VerificationSettings settings, CancellationToken cancellation)
    {
        Folder = folder;
        Json = ReferenceJson.Read(Path.Combine(folder, ReferenceJson.FileName));
        Base = BaseModels.Load(BaseModels.Required(settings, folder, "an autoencoder"), settings, cancellation);
    }

    public string Folder { get; }

    public ReferenceJson Json { get; }

    public Transformer Base { get; }

    /// <summary>Slots and rate; the adapter's settings come with each checkpoint.</summary>
    public IcaeConfig Shape => new()
    {
        Slots = Json["memory_slots"].Whole(),
        TokensPerSlot = Json["mean_compression_rate"].Number(),
    };

    /// <summary>The name of a weight in published files.</summary>
    public static string PublishedName(string name) => name == Icae.MemoryTableName
        ? name
        : "icae.base_model.model." + name.Replace(".weight", ".default.weight", StringComparison.Ordinal);

    /// <summary>Loads a checkpoint of the folder on the base.</summary>
    /// <param name="file">Its name.</param>
    /// <param name="trainable">Whether its weights are to get gradients.</param>
    /// <returns>The autoencoder; the caller owns it, and the base stays this object's.</returns>
    public Icae Open(string file, bool trainable = false)
    {
        var path = Path.Combine(Folder, file);
        using var stored = PublishedIcaeFile.Read(path);
        var config = Shape with
        {
            Lora = new LoraConfig
            {
                Rank = stored.Rank,
                Alpha = Json["lora_alpha"].Number(),
                Targets = [.. stored.Matrices.Keys.Select(module => module[(module.LastIndexOf('.') + 1)..]).Distinct(StringComparer.Ordinal)],
            },
        };
        var adapter = BaseModels.Adapter(config.Lora, Base.Config, stored.Matrices, path, Base.Device);
        var table = new Weight(Icae.MemoryTableName, stored.MemoryTable.to(ScalarType.Float32, Base.Device, copy: true));
        try
        {
            var icae = new Icae(Base, config, adapter, table);
            foreach (var weight in icae.Trainables)
                weight.Value.requires_grad_(trainable);

            return icae;
        }
        catch
        {
            adapter.Dispose();
            table.Dispose();
            throw;
        }
    }

    public void Dispose() => Base.Dispose();
}
