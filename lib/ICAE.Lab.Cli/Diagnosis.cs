using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Models;
using ICAE.Lab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ICAE.Lab.Cli;

/// <summary>What was found out about this machine.</summary>
/// <param name="Sections">Findings by subject.</param>
/// <param name="Ok">Whether models can run, and so on the device and in the type that were asked for.</param>
internal sealed record Diagnosis(IReadOnlyList<Diagnosis.Section> Sections, bool Ok)
{
    /// <summary>Findings about one subject.</summary>
    public sealed record Section(string Key, string Title, IReadOnlyList<Finding> Findings);

    /// <summary>One finding.</summary>
    /// <param name="Key">Its name for machines.</param>
    /// <param name="Label">Its name for people.</param>
    /// <param name="Text">What was found, for people; <see langword="null"/> where they are told elsewhere.</param>
    /// <param name="Value">What was found, for machines.</param>
    public sealed record Finding(string Key, string Label, string? Text, JsonNode? Value);

    /// <summary>Looks at the machine; measures for about a third of a second.</summary>
    public static Diagnosis Make(ComputeOptions options, Invocation invocation)
    {
        var native = NativeLibraryState.Find();
        var sections = new List<Section> { Versions(), Machine(), Native(native), Models() };
        if (!native.Loaded)
            return new Diagnosis(sections, false);

        try
        {
            sections.Add(Compute(options, invocation));
            return new Diagnosis(sections, true);
        }
        catch (ConfigurationException error)
        {
            // What was asked for is not there; the rest of the report is wanted all the more.
            sections.Add(new Section("compute", "Compute", [DevicesFound(), new("problem", "problem", error.Message, error.Message)]));
            return new Diagnosis(sections, false);
        }
    }

    private static Section Versions() => new("versions", "Versions",
    [
        Text("icae", "icae", ProductVersion.Text),
        Text("dotnet", ".NET", RuntimeInformation.FrameworkDescription),
        Text("torchsharp", "TorchSharp", typeof(torch).Assembly.GetName().Version?.ToString(3) ?? "unknown"),
        Text("system", "system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}"),
    ]);

    private static Section Machine()
    {
        // The collector looks at the machine's memory when it runs.
        GC.Collect();
        var memory = GC.GetGCMemoryInfo();
        var free = memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes;
        return new Section("machine", "Machine",
        [
            new("cores", "cores", Number(Environment.ProcessorCount), Environment.ProcessorCount),
            Text("vectors", "vector instructions", ProcessorFeatures.Vectors()),
            new("bfloat16_instructions", "bfloat16 instructions", ProcessorFeatures.BFloat16() switch
            {
                true => "yes",
                false => "no: bfloat16 is slower than float32 here",
                null => "cannot be told on this processor; see the measured rates",
            }, ProcessorFeatures.BFloat16()),
            new("memory_bytes", "memory", Bytes(memory.TotalAvailableMemoryBytes), memory.TotalAvailableMemoryBytes),
            new("free_memory_bytes", "free memory", Bytes(free), free),
        ]);
    }

    private static Section Native(NativeLibraryState native) => new("native_library", "Native library",
    [
        new("loaded", "loaded", native.Loaded ? "yes" : $"no: {native.Error}", native.Loaded),
        new("error", "error", null, native.Error),
        Text("path", "file", native.Path ?? "not found beside the program"),
        new("patched", "patched", native.Patched switch
        {
            true => "yes: the build replaced it by a copy for an older libstdc++",
            false => "no: it is as the package brings it",
            null => "does not apply here",
        }, native.Patched),
    ]);

    private static Section Models()
    {
        var store = ModelStore.Default;
        var models = store.List();
        var (autoencoder, problem) = DefaultAutoencoder(store);
        var passages = Find(() => DatasetFolder.Find("passages"));
        return new Section("models", "Models and data",
        [
            new("places", "looked for in", string.Join(", ", store.Places.Select(place => Directory.Exists(place) ? place : place + " (not there)")), new JsonArray([.. store.Places.Select(place => (JsonNode)place)])),
            new("found", "models found", models.Count == 0 ? "none" : string.Join(", ", models.Select(model => model.Name)), new JsonArray([.. models.Select(model => (JsonNode)model.Name)])),
            new("default", "used by default", autoencoder ?? problem, autoencoder),
            new("passages", "passages", passages ?? "not found", passages),
        ]);
    }

    private static (string? Name, string? Problem) DefaultAutoencoder(ModelStore store)
    {
        try
        {
            return (ShippedModels.Default(store), null);
        }
        catch (IcaeException error)
        {
            return (null, error.Message);
        }
    }

    private static string? Find(Func<string> find)
    {
        try
        {
            return find();
        }
        catch (IcaeException)
        {
            return null;
        }
    }

    private static Section Compute(ComputeOptions options, Invocation invocation)
    {
        var device = options.Prepare(invocation);
        var measured = ComputeMeasurement.Run(device);
        var given = options.Type(invocation);
        var chosen = Name(given ?? measured.Choice);
        var reason = given is not null ? "as --dtype says"
            : measured.Choice == ScalarType.BFloat16 ? "bfloat16 multiplies matrices at least a fifth faster here"
            : "bfloat16 is not a fifth faster here, and float32 is more exact";
        return new Section("compute", "Compute",
        [
            DevicesFound(),
            Text("device", "device", device.ToString()),
            new("threads", "threads", Number(get_num_threads()), get_num_threads()),
            new("float32_gflops", "float32", $"{measured.Float32.ToString("F0", CultureInfo.InvariantCulture)} GFLOPS (matrix products)", Math.Round(measured.Float32, 1)),
            new("bfloat16_gflops", "bfloat16", $"{measured.BFloat16.ToString("F0", CultureInfo.InvariantCulture)} GFLOPS (matrix products)", Math.Round(measured.BFloat16, 1)),
            new("compute_type", "compute type", $"{chosen}: {reason}", chosen),
            new("compute_type_reason", "reason", null, reason),
        ]);
    }

    private static Finding DevicesFound() => new("devices", "devices", string.Join(", ", Devices()), new JsonArray([.. Devices().Select(name => (JsonNode)name)]));

    private static IEnumerable<string> Devices()
    {
        yield return "cpu";
        if (cuda_is_available())
        {
            for (var i = 0; i < cuda.device_count(); i++)
                yield return Invariant($"cuda:{i}");
        }

        if (mps_is_available())
            yield return "mps";
    }

    private static string Name(ScalarType type) => type switch
    {
        ScalarType.BFloat16 => "bfloat16",
        ScalarType.Float16 => "float16",
        _ => "float32",
    };

    private static Finding Text(string key, string label, string text) => new(key, label, text, text);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Bytes(long value) => Invariant($"{value / 1e9:F1} GB");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
