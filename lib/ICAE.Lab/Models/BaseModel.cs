using System.Text.Json.Nodes;
using ICAE.Lab.Formats;
using ICAE.Lab.Formats.Hub;
using ICAE.Lab.Tokens;
using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>A base with what belongs to it: its tokenizer, its name, and what it learned.</summary>
/// <remarks>On disk a folder in Hugging Face's form, with this library's own facts in <c>icae-lab.json</c>, or a GGUF file.</remarks>
public sealed class BaseModel : IDisposable
{
    /// <summary>The file with this library's own facts about a base.</summary>
    public const string MetadataFileName = "icae-lab.json";

    /// <summary>The version of that file which this library writes, and the newest that it reads.</summary>
    public const int FormatVersion = 1;

    private const string WeightsFileName = "model.safetensors";

    private readonly Lazy<string> _fingerprint;

    /// <summary>Puts a base together.</summary>
    /// <param name="transformer">The model; taken over.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="name">Its name.</param>
    /// <param name="kind">What it learned.</param>
    /// <param name="facts">Facts for its card.</param>
    /// <param name="fingerprint">Its fingerprint, where it is known.</param>
    /// <exception cref="ConfigurationException">The tokenizer has ids that the model lacks.</exception>
    public BaseModel(
        Transformer transformer,
        ITextTokenizer tokenizer,
        string name,
        BaseKind kind = BaseKind.Unknown,
        IReadOnlyDictionary<string, string>? facts = null,
        string? fingerprint = null)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentException.ThrowIfNullOrEmpty(name);
        CheckVocabulary(name, transformer.Config, tokenizer);
        Transformer = transformer;
        Tokenizer = tokenizer;
        Name = name;
        Kind = kind;
        Facts = facts ?? new Dictionary<string, string>();
        _fingerprint = new Lazy<string>(() => fingerprint ?? ModelFingerprint.Of(transformer));
    }

    /// <summary>The model.</summary>
    public Transformer Transformer { get; }

    /// <summary>Its tokenizer.</summary>
    public ITextTokenizer Tokenizer { get; }

    /// <summary>Its name, as a store would find it.</summary>
    public string Name { get; }

    /// <summary>Its folder or file, where it was loaded from one.</summary>
    public string? Path { get; private init; }

    /// <summary>What it learned before.</summary>
    public BaseKind Kind { get; }

    /// <summary>Facts for its card, such as what it was trained on.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; }

    /// <summary>What tells its weights from others; see <see cref="ModelFingerprint"/>. Computed once: not for a base whose weights still change.</summary>
    public string Fingerprint => _fingerprint.Value;

    /// <summary>The ids that end a text: the model's, else the tokenizer's.</summary>
    public IReadOnlyList<int> EosIds => Transformer.Config.EosIds.Count > 0 ? Transformer.Config.EosIds : Tokenizer.EosId is { } eos ? [eos] : [];

    /// <summary>Loads a base.</summary>
    /// <param name="nameOrPath">A name in a store, a folder in Hugging Face's form, or a GGUF file.</param>
    /// <param name="options">Device, types and store; <see langword="null"/> for the CPU and float32.</param>
    /// <param name="cancellation">Looked at between tensors.</param>
    /// <returns>The base; the caller owns it.</returns>
    /// <exception cref="ConfigurationException">There is no such model, or it asks for what this library cannot do.</exception>
    /// <exception cref="MalformedFileException">A file is unsound, or two contradict each other.</exception>
    public static BaseModel Load(string nameOrPath, ModelOptions? options = null, CancellationToken cancellation = default)
    {
        var settings = options ?? new ModelOptions();
        var path = Find(nameOrPath, settings.Store);
        var files = HubFolder.Open(path);
        var config = HuggingFaceConfig.Read(files.Config, files.ConfigPath);
        var (kind, facts) = ReadMetadata(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(files.WeightsPath))!, files.IsGguf);
        var tokenizer = TokenizerFile.Load(files.IsGguf ? files.WeightsPath : System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(files.WeightsPath))!);
        CheckVocabulary(path, config, tokenizer);
        var device = settings.Open();
        using var source = files.OpenTensors();
        var held = settings.WeightType ?? settings.ComputeType;

        // Rounded to float16 first, an element may round to another bfloat16 value.
        var fingerprint = held is ScalarType.Float32 or ScalarType.BFloat16 ? null : ModelFingerprint.Of(config, source);
        var transformer = Transformer.Load(config, source, device, settings.ComputeType, settings.WeightType, cancellation);
        return new BaseModel(transformer, tokenizer, settings.Store.NameOf(path), kind, facts, fingerprint) { Path = path };
    }

    /// <summary>The fingerprint of a base in files, read tensor by tensor: the weights are never in memory together.</summary>
    /// <param name="nameOrPath">A name in a store, a folder in Hugging Face's form, or a GGUF file.</param>
    /// <param name="store">Where the name is looked for; <see langword="null"/> for the usual places.</param>
    /// <returns>64 hexadecimal digits.</returns>
    /// <exception cref="ConfigurationException">There is no such model, or it asks for what this library cannot do.</exception>
    /// <exception cref="MalformedFileException">A file is unsound.</exception>
    public static string ReadFingerprint(string nameOrPath, ModelStore? store = null)
    {
        var files = HubFolder.Open(Find(nameOrPath, store ?? ModelStore.Default));
        using var source = files.OpenTensors();
        return ModelFingerprint.Of(HuggingFaceConfig.Read(files.Config, files.ConfigPath), source);
    }

    /// <summary>What a base's folder says of it beyond Hugging Face's files, as names and values to show; nothing where it says nothing. No weights are read.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>What it learned, and the facts for its card.</returns>
    /// <exception cref="MalformedFileException">The file is unsound.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Describe(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!File.Exists(System.IO.Path.Combine(folder, MetadataFileName)))
            return [];

        var (kind, facts) = ReadMetadata(folder, isGguf: false);
        return [new("kind of base", OwnJson.Name(kind)), .. facts.OrderBy(fact => fact.Key, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Saves the base in Hugging Face's form, weights in bfloat16. A process that dies on the way leaves a folder that no loader takes.
    /// </summary>
    /// <param name="folder">The folder; it is made where there is none.</param>
    /// <exception cref="IcaeException">A file cannot be written.</exception>
    public void Save(string folder) => Save(folder, Transformer, Tokenizer, Kind, Facts);

    /// <summary>Saves a model and a tokenizer as a base.</summary>
    /// <param name="folder">The folder; it is made where there is none.</param>
    /// <param name="transformer">The model.</param>
    /// <param name="tokenizer">Its tokenizer, loaded or trained by this library.</param>
    /// <param name="kind">What it learned.</param>
    /// <param name="facts">Facts for its card.</param>
    /// <exception cref="IcaeException">A file cannot be written.</exception>
    public static void Save(
        string folder, Transformer transformer, ITextTokenizer tokenizer, BaseKind kind = BaseKind.Unknown, IReadOnlyDictionary<string, string>? facts = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(transformer);
        OwnJson.WriteFolder(folder, HuggingFaceConfigFile.FileName, Write);

        void Write()
        {
            using (NewDisposeScope())
            using (no_grad())
            {
                var tensors = transformer.Tensors().Select(entry => KeyValuePair.Create(entry.Key, entry.Value.to(ScalarType.BFloat16)));
                SafetensorsWriter.Write(System.IO.Path.Combine(folder, WeightsFileName), tensors, new Dictionary<string, string> { ["format"] = "pt" });
            }

            TokenizerFile.Save(tokenizer, folder);
            OwnJson.Write(System.IO.Path.Combine(folder, MetadataFileName), new JsonObject
            {
                ["format_version"] = FormatVersion,
                ["kind_of_base"] = OwnJson.Name(kind),
                ["facts"] = OwnJson.Facts(facts ?? new Dictionary<string, string>()),
            });
            OwnJson.Write(System.IO.Path.Combine(folder, HuggingFaceConfigFile.FileName), HuggingFaceConfig.Write(transformer.Config, "bfloat16"));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Transformer.Dispose();

    private static string Find(string nameOrPath, ModelStore store)
    {
        var path = store.Find(nameOrPath);
        var found = Directory.Exists(path) ? ModelStore.KindOfFolder(path) : null;
        return found is StoredModelKind.Autoencoder or StoredModelKind.Adapter
            ? throw new ConfigurationException($"{path}: this is an {(found == StoredModelKind.Adapter ? "adapter" : "autoencoder")}, not a base.")
            : path;
    }

    private static (BaseKind Kind, IReadOnlyDictionary<string, string> Facts) ReadMetadata(string folder, bool isGguf)
    {
        var path = System.IO.Path.Combine(folder, MetadataFileName);

        // A GGUF file may lie among others, whom a file beside it would not describe.
        if (isGguf || !File.Exists(path))
        {
            return (IsPulled(folder) ? BaseKind.Pretrained : BaseKind.Unknown, new Dictionary<string, string>());
        }

        var fields = OwnJson.Read(path, FormatVersion, "kind_of_base", "facts");
        return (OwnJson.Choice(fields, "kind_of_base", BaseKind.Unknown), OwnJson.Facts(fields));
    }

    /// <summary>Whether a folder was fetched from a hub: what is there was trained elsewhere.</summary>
    private static bool IsPulled(string folder) => Directory.EnumerateFiles(folder, "*" + HubRecord.FileName).Any();

    private static void CheckVocabulary(string name, TransformerConfig config, ITextTokenizer tokenizer)
    {
        if (tokenizer.VocabularySize > config.VocabularySize)
        {
            throw new ConfigurationException($"{name}: the tokenizer has {tokenizer.VocabularySize} ids, the model only {config.VocabularySize}; they do not belong together.");
        }
    }
}
