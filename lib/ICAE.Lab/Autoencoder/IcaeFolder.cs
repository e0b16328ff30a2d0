using System.Globalization;
using ICAE.Lab.Formats;
using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Autoencoder;

/// <summary>
/// The folder of an autoencoder: the adapter in PEFT's form (<c>adapter_config.json</c>, <c>adapter_model.safetensors</c>), the memory
/// table (<c>memory.safetensors</c>), and <c>icae.json</c>, which says what it is and which base it is for. The base is not in it.
/// </summary>
public static class IcaeFolder
{
    /// <summary>The version of icae.json that this library writes, and the newest that it reads.</summary>
    public const int FormatVersion = IcaeFile.FormatVersion;

    /// <summary>The file with constant slots.</summary>
    public const string ConstantSlotsFileName = "constant-slots.safetensors";

    // How the names of facts about constant slots begin.
    private const string ConstantSlotsFact = "constant_slots";

    /// <summary>Saves an autoencoder. A process that dies on the way leaves a folder that no loader takes.</summary>
    /// <param name="folder">The folder; it is made where there is none.</param>
    /// <param name="icae">The autoencoder.</param>
    /// <param name="model">Its base's name and fingerprint.</param>
    /// <param name="basePath">The base's folder or file, where it is known: noted relative to this one, to be looked for there first.</param>
    /// <param name="usage">What training decided about its use.</param>
    /// <param name="constantSlots">Its constant slots, if there are any.</param>
    /// <param name="facts">Facts for its card.</param>
    /// <exception cref="IcaeException">A file cannot be written.</exception>
    public static void Save(
        string folder,
        Icae icae,
        ModelReference model,
        string? basePath = null,
        IcaeUsage? usage = null,
        ConstantSlots? constantSlots = null,
        IReadOnlyDictionary<string, string>? facts = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(icae);
        ArgumentNullException.ThrowIfNull(model);
        OwnJson.WriteFolder(folder, IcaeFile.FileName, Write);

        void Write()
        {
            AdapterFolder.Write(folder, icae.Adapter, model.Name);
            MemoryTable.Write(Path.Combine(folder, MemoryTable.FileName), icae.MemoryTable.Value);
            constantSlots?.Save(Path.Combine(folder, ConstantSlotsFileName));
            new IcaeFile
            {
                Base = model,
                BasePath = basePath is null ? null : Relative(folder, basePath),
                Config = icae.Config,
                Usage = usage ?? new IcaeUsage(),
                ConstantSlots = constantSlots is null ? null : ConstantSlotsFileName,
                Facts = facts ?? new Dictionary<string, string>(),
            }.Write(folder);
        }
    }

    /// <summary>Puts constant slots into an autoencoder's folder; others that are there are replaced.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="slots">The slots.</param>
    /// <param name="facts">What is added to the facts for its card.</param>
    /// <exception cref="MalformedFileException">The folder's file is unsound.</exception>
    /// <exception cref="IcaeException">A file cannot be written.</exception>
    public static void SaveConstantSlots(string folder, ConstantSlots slots, IReadOnlyDictionary<string, string>? facts = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(slots);
        var file = IcaeFile.Read(folder);
        var all = new Dictionary<string, string>(file.Facts);
        foreach (var (name, value) in facts ?? new Dictionary<string, string>())
            all[name] = value;

        // First without: a process that dies in between must not leave new slots beside what was said of others.
        (file with { ConstantSlots = null, Facts = file.Facts.Where(fact => !fact.Key.StartsWith(ConstantSlotsFact, StringComparison.Ordinal)).ToDictionary() }).Write(folder);
        slots.Save(Path.Combine(folder, ConstantSlotsFileName));
        (file with { ConstantSlots = ConstantSlotsFileName, Facts = all }).Write(folder);
    }

    /// <summary>The constant slots of a folder that is to be written again, if they were trained with this very autoencoder; what its facts say of them goes on, too.</summary>
    /// <param name="folder">The folder, which need not be there.</param>
    /// <param name="icae">The autoencoder that is about to be written.</param>
    /// <param name="facts">Takes the facts about the slots.</param>
    /// <returns>The slots, or <see langword="null"/>; the caller owns them.</returns>
    internal static ConstantSlots? KeptConstantSlots(string folder, Icae icae, IDictionary<string, string> facts)
    {
        ConstantSlots? slots = null;
        try
        {
            // A process that died while it wrote the folder left the slots without the file that names them.
            var file = File.Exists(Path.Combine(folder, IcaeFile.FileName)) ? IcaeFile.Read(folder) : null;
            var path = Path.Combine(folder, file is null ? ConstantSlotsFileName : file.ConstantSlots ?? "");
            slots = File.Exists(path) ? ConstantSlots.Load(path) : null;
            if (slots is null || slots.Adapter.Fingerprint != IcaeFingerprint.Of(icae))
            {
                slots?.Dispose();
                return null;
            }

            foreach (var (fact, value) in (file?.Facts ?? new Dictionary<string, string>()).Where(pair => pair.Key.StartsWith(ConstantSlotsFact, StringComparison.Ordinal)))
                facts[fact] = value;

            return slots;
        }
        catch (IcaeException)
        {
            // What cannot be read is replaced by what is written.
            slots?.Dispose();
            return null;
        }
    }

    /// <summary>Puts an autoencoder of a folder on a base.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="model">The base; it stays the caller's.</param>
    /// <returns>The autoencoder, in the types it was stored in; the caller owns it.</returns>
    /// <exception cref="MalformedFileException">A file is missing or unsound, or two contradict each other.</exception>
    /// <exception cref="IcaeException">The base is another one than the autoencoder was trained on.</exception>
    public static Icae Load(string folder, BaseModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Load(folder, IcaeFile.Read(folder), model);
    }

    /// <summary>The same, with what its file says of it.</summary>
    internal static (Icae Icae, IcaeFile File) Open(string folder, BaseModel model)
    {
        var file = IcaeFile.Read(folder);
        return (Load(folder, file, model), file);
    }

    /// <summary>What a folder's files say of an autoencoder, LoRA's settings included; no tensor is read.</summary>
    internal static IcaeFile ReadFile(string folder)
    {
        var file = IcaeFile.Read(folder);
        return file with { Config = file.Config with { Lora = AdapterFolder.ToConfig(PeftAdapterFile.ReadConfig(folder), Path.Combine(folder, PeftAdapterFile.ConfigFileName)) } };
    }

    /// <summary>What an autoencoder's folder says of it in <c>icae.json</c>, as names and values to show. Nothing else is read; the native library is not loaded.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>How it compresses, how it is used, and the facts for its card.</returns>
    /// <exception cref="IcaeException">The file is missing or unsound.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Describe(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var file = IcaeFile.Read(folder);
        var config = file.Config;
        return
        [
            new("slots are", config.Layout == SlotLayout.Embeddings ? "embeddings" : "keys and values of every layer"),
            new("tokens a slot", config.TokensPerSlot.ToString(CultureInfo.InvariantCulture)),
            new("slots of a span", string.Create(CultureInfo.InvariantCulture, $"{config.Slots}, {(config.Budget == SlotBudget.Fixed ? "whatever its length" : "fewer where it is shorter")}")),
            new("memory tokens", OwnJson.Name(config.MemoryTokens) + ", " + OwnJson.Name(config.Positions)),
            new("decoder's text at position", config.TextOffset?.ToString(CultureInfo.InvariantCulture) ?? "right behind the slots"),
            new("constant slots", file.ConstantSlots ?? "none"),
            new("answers questions", file.Usage.Instruction is null ? "not trained to" : "yes"),
            .. file.Facts.OrderBy(fact => fact.Key, StringComparer.Ordinal),
        ];
    }

    /// <summary>Where the base of an autoencoder's folder is.</summary>
    /// <param name="folder">The autoencoder's folder.</param>
    /// <param name="store">Where it is looked for by its name.</param>
    /// <returns>The base's folder or file.</returns>
    /// <exception cref="ConfigurationException">It is not there.</exception>
    public static string FindBase(string folder, ModelStore store) => LocateBase(folder, IcaeFile.Read(folder), store);

    internal static Icae Load(string folder, IcaeFile file, BaseModel model)
    {
        RequireBase(Path.Combine(folder, IcaeFile.FileName), file.Base, model);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var device = model.Transformer.Device;
        using var stored = PeftAdapterFile.Read(folder, device: device);
        var config = file.Config with { Lora = AdapterFolder.ToConfig(stored.Config, Path.Combine(folder, PeftAdapterFile.ConfigFileName)) };
        var tablePath = Path.Combine(folder, MemoryTable.FileName);
        var (table, _) = MemoryTable.Read(tablePath, device: device);
        return Join(model, config, stored.Matrices, table, Path.Combine(folder, PeftAdapterFile.WeightsFileName), tablePath);
    }

    /// <summary>Joins matrices and table to an autoencoder on a base; the matrices stay the caller's.</summary>
    internal static Icae Join(BaseModel model, IcaeConfig config, IReadOnlyDictionary<string, LoraMatrices> matrices, Tensor table, string matricesPath, string tablePath)
    {
        long[] needed = [config.TableRows, model.Transformer.Config.HiddenSize];
        if (!table.shape.AsSpan().SequenceEqual(needed) || !table.is_floating_point())
        {
            throw new MalformedFileException(
                tablePath, $"tensor '{MemoryTable.TensorName}'", $"its shape is [{string.Join(", ", table.shape)}]; autoencoder and base need [{string.Join(", ", needed)}] of floats");
        }

        var adapter = AdapterFolder.Build(config.Lora, model.Transformer.Config, matrices, matricesPath);
        return new Icae(model.Transformer, config, adapter, new Weight(Icae.MemoryTableName, table));
    }

    /// <summary>Where the base of an autoencoder's folder is, by the path that is noted there, else by its name.</summary>
    internal static string LocateBase(string folder, IcaeFile file, ModelStore store)
    {
        if (file.BasePath is { } relative)
        {
            var path = Path.GetFullPath(Path.Combine(folder, relative));
            if (File.Exists(path) || (Directory.Exists(path) && ModelStore.KindOfFolder(path) is StoredModelKind.Base or StoredModelKind.Gguf))
            {
                return path;
            }
        }

        return store.FindName(file.Base.Name) ?? throw new ConfigurationException(
            $"{Path.Combine(folder, IcaeFile.FileName)}: the base {file.Base} is not there: neither at {file.BasePath ?? "(no path noted)"} nor by its name in {string.Join(", ", store.Places)}.");
    }

    internal static void RequireBase(string path, ModelReference expected, BaseModel found)
    {
        if (expected.Fingerprint != found.Fingerprint)
        {
            throw new IcaeException($"{path}: this was made with the base {expected}; the base given is {ModelReference.To(found)}, a model with other weights.");
        }
    }

    /// <summary>A path from one folder to another with <c>/</c>, or <see langword="null"/> where there is none that would survive a move.</summary>
    private static string? Relative(string folder, string target)
    {
        const int MostSteps = 4;
        var path = Path.GetRelativePath(Path.GetFullPath(folder), Path.GetFullPath(target)).Replace(Path.DirectorySeparatorChar, '/');
        var far = Path.IsPathRooted(path) || path.Split('/').Count(part => part == "..") > MostSteps;
        return far || !IcaeFile.IsSafePath(path) ? null : path;
    }
}
