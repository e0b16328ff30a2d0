using System.CommandLine;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Cli.Commands;
using ICAE.Lab.Models;

namespace ICAE.Lab.Cli;

/// <summary>The options that say which autoencoder is used.</summary>
internal sealed class AutoencoderOptions
{
    private readonly Option<string?> _model = new("--model")
    {
        Description = "The autoencoder: a name in the store, a folder, or a published checkpoint (a safetensors file, with --base).",
        HelpName = "NAME|PATH",
    };

    private readonly Option<string?> _base = new("--base")
    {
        Description = "The base of a published checkpoint: a name, a folder or a GGUF file.",
        HelpName = "NAME|PATH",
    };

    private readonly ComputeOptions _compute;

    /// <summary>Adds the options to a command, those of <see cref="ComputeOptions"/> as well.</summary>
    public AutoencoderOptions(IcaeCommand command)
    {
        command.Add(_model);
        command.Add(_base);
        _compute = new ComputeOptions(command);
    }

    /// <summary>Decides everything random.</summary>
    public long Seed(Invocation invocation) => _compute.Seed(invocation);

    /// <summary>The number of threads as it was given: 0 for the machine's cores.</summary>
    public int Threads(Invocation invocation) => _compute.Threads(invocation);

    /// <summary>Loads the autoencoder that is asked for, else that of a memory, else the default.</summary>
    /// <param name="invocation">What was given.</param>
    /// <param name="memory">The memory to be read, if there is one.</param>
    /// <returns>The autoencoder; the caller owns it.</returns>
    public LoadedAutoencoder Load(Invocation invocation, Memory? memory = null)
    {
        var store = ModelStore.Default;
        var (name, baseName) = (invocation.Arguments.GetValue(_model) ?? Choose(memory, store), invocation.Arguments.GetValue(_base));
        var published = File.Exists(name);
        if (published && name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))
            throw new UsageException($"{name}: a GGUF file is a base; an autoencoder is made on it by 'icae pretrain --base'.");

        if (published && baseName is null)
            throw new UsageException($"{name} is a file: a published checkpoint needs its base; name it with --base.");

        if (!published && baseName is not null)
            throw new UsageException($"--base belongs to a published checkpoint; {name} is a folder or name and brings its own base.");

        var options = _compute.ToModelOptions(invocation) with { Store = store };
        if (!published)
            return new LoadedAutoencoder(IcaeModel.Load(name, options, invocation.Cancellation), null);

        var model = BaseModel.Load(baseName!, options, invocation.Cancellation);
        try
        {
            return new LoadedAutoencoder(IcaeModel.LoadPublished(name, model), model);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static string Choose(Memory? memory, ModelStore store)
    {
        if (memory is null)
            return ShippedModels.Default(store);

        return store.FindName(memory.Adapter.Name) is not null
            ? memory.Adapter.Name
            : throw new ConfigurationException($"The memory was made with the autoencoder {memory.Adapter}, which is not among the models here; name its folder with --model.");
    }
}
