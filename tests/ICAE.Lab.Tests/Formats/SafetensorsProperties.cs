using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ICAE.Lab.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Formats;

[Collection("torch")]
public sealed class SafetensorsProperties
{
    private static readonly ScalarType[] Types =
    [
        ScalarType.Byte, ScalarType.Int8, ScalarType.Int16, ScalarType.Int32, ScalarType.Int64, ScalarType.Bool, ScalarType.Float16,
        ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float64,
    ];

    [Property(MaxTest = 60)]
    public bool What_is_written_is_read_back(NonNull<string>[] names, NonNull<string>[] texts, int seed)
    {
        using var scope = NewDisposeScope();
        using var folder = TestFiles.NewFolder();
        var random = new Random(seed);
        var tensors = names.Select(name => WellFormed(name.Get)).Where(name => name != "__metadata__").Distinct(StringComparer.Ordinal)
            .Select(name => KeyValuePair.Create(name, Random(random))).ToArray();
        var metadata = texts.Select(text => WellFormed(text.Get)).Distinct(StringComparer.Ordinal).ToDictionary(text => text, text => text + "!", StringComparer.Ordinal);
        var path = folder.File("a.safetensors");

        SafetensorsWriter.Write(path, tensors, metadata);
        using var source = SafetensorsFile.Open(path);

        return source.Metadata.Count == metadata.Count
            && metadata.All(pair => source.Metadata[pair.Key] == pair.Value)
            && source.Tensors.Select(tensor => tensor.Name).SequenceEqual(tensors.Select(pair => pair.Key))
            && tensors.All(pair => Same(pair.Value, source.Load(pair.Key)));
    }

    [Property(MaxTest = 400)]
    public bool A_changed_safetensors_file_is_read_or_refused(int seed) => IsReadOrRefused(SoundSafetensors(), "x.safetensors", seed);

    [Property(MaxTest = 400)]
    public bool A_changed_GGUF_file_is_read_or_refused(int seed) =>
        IsReadOrRefused(File.ReadAllBytes(ReferenceFiles.Find("gguf", "every-type.gguf")), "x.gguf", seed);

    [Property(MaxTest = 200)]
    public bool A_changed_adapter_is_read_or_refused(int seed)
    {
        var original = ReferenceFiles.Find("base-models", "llama-gqa-tied", "lora-q-v");
        using var folder = TestFiles.NewFolder();
        folder.Write("adapter_config.json", Changed(File.ReadAllBytes(Path.Combine(original, "adapter_config.json")), new Random(seed)));
        File.Copy(Path.Combine(original, "adapter_model.safetensors"), folder.File("adapter_model.safetensors"));
        return IsOrderly(() => PeftAdapterFile.Read(folder.Path).Dispose()) && IsOrderly(() => ModelFileInfo.Read(folder.Path));
    }

    private static bool IsReadOrRefused(byte[] sound, string fileName, int seed)
    {
        using var folder = TestFiles.NewFolder();
        var path = folder.Write(fileName, Changed(sound, new Random(seed)));
        return IsOrderly(() => ModelFileInfo.Read(path)) && IsOrderly(() =>
        {
            using var source = TensorSources.Open(path);
            foreach (var tensor in source.Tensors)
            {
                // Each on its own: one that is refused must not hide the next.
                if (!IsOrderly(() => source.Load(tensor.Name).Dispose()))
                    throw new InvalidOperationException(tensor.Name);
            }
        });
    }

    private static bool IsOrderly(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (IcaeException)
        {
            return true;
        }
    }

    private static byte[] Changed(byte[] bytes, Random random)
    {
        var changed = bytes.ToList();
        for (var changes = random.Next(1, 6); changes > 0 && changed.Count > 0; changes--)
        {
            // Mostly near the beginning, where the header is.
            var at = random.Next(random.Next(2) == 0 ? Math.Min(changed.Count, 900) : changed.Count);
            switch (random.Next(5))
            {
                case 0:
                    changed[at] = (byte)random.Next(256);
                    break;
                case 1:
                    changed[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    changed.RemoveAt(at);
                    break;
                case 3:
                    changed.Insert(at, (byte)"0123456789[]{},:\"e-"[random.Next(19)]);
                    break;
                default:
                    if (random.Next(4) == 0)
                        changed.RemoveRange(at, changed.Count - at);
                    break;
            }
        }

        return [.. changed];
    }

    private static byte[] SoundSafetensors() => RawSafetensors.File(
        ("a", "F32", [2, 3], new byte[24]),
        ("b", "BOOL", [3], [1, 0, 1]),
        ("c", "F8_E4M3", [5], [1, 2, 3, 4, 5]),
        ("d", "U64", [1], new byte[8]),
        ("e", "BF16", [], [0, 1]),
        ("f", "U16", [0, 7], []));

    private static Tensor Random(Random random)
    {
        var shape = Enumerable.Range(0, random.Next(4)).Select(_ => (long)random.Next(4)).ToArray();
        return (rand(shape, dtype: ScalarType.Float32, device: CPU) * 100).to(Types[random.Next(Types.Length)]);
    }

    private static bool Same(Tensor a, Tensor b) => a.dtype == b.dtype && a.shape.SequenceEqual(b.shape) && a.equal(b).all().ToBoolean();

    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
