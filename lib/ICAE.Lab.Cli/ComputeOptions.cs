using System.CommandLine;
using System.Text.RegularExpressions;
using ICAE.Lab.Cli.Commands;
using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Cli;

/// <summary>The options of every command that touches a model: device, compute type, threads and seed.</summary>
internal sealed partial class ComputeOptions
{
    private readonly Option<string> _device = new("--device")
    {
        Description = "Where to compute: cpu, cuda, cuda:N or mps.",
        DefaultValueFactory = _ => "cpu",
        HelpName = "DEVICE",
    };

    private readonly Option<string> _type;

    private readonly Option<int> _threads = new("--threads")
    {
        Description = "Threads of the native library; 0 takes those of OMP_NUM_THREADS, else one where a small model writes a text, else the machine's cores.",
        DefaultValueFactory = _ => 0,
        HelpName = "N",
    };

    private readonly Option<long> _seed = new("--seed")
    {
        Description = "Decides everything random.",
        DefaultValueFactory = _ => 1,
        HelpName = "N",
    };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="trains">Whether it trains, which is not done in float16.</param>
    /// <param name="measures">Whether auto is what is measured to be faster, as where it trains.</param>
    public ComputeOptions(IcaeCommand command, bool trains = false, bool measures = false)
    {
        string[] types = trains ? ["auto", "float32", "bfloat16"] : ["auto", "float32", "bfloat16", "float16"];
        _type = new Option<string>("--dtype")
        {
            Description = $"The type of activations: {string.Join(", ", types[..^1])} or {types[^1]}. auto is {(trains || measures ? "float32 or bfloat16, as is measured to be faster here" : "float32")}.",
            DefaultValueFactory = _ => "auto",
            HelpName = "TYPE",
        };
        _device.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is var name && !DeviceName().IsMatch(name ?? ""))
                result.AddError($"--device: '{name}' is none of cpu, cuda, cuda:N and mps.");
        });
        _type.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is var name && !types.Contains(name))
                result.AddError($"--dtype: '{name}' is none of {string.Join(", ", types)}.");
        });
        _threads.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var count) && count is < 0 or > ModelOptions.MostThreads)
                result.AddError($"--threads: {count} is not between 0 and {ModelOptions.MostThreads}.");
        });
        _seed.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && long.TryParse(result.Tokens[0].Value, out var seed) && seed < 0)
                result.AddError($"--seed: {seed} is negative.");
        });
        command.Add(_device);
        command.Add(_type);
        command.Add(_threads);
        command.Add(_seed);
    }

    /// <summary>Everything random is decided by this.</summary>
    public long Seed(Invocation invocation) => invocation.Arguments.GetValue(_seed);

    /// <summary>The device's name as it was given.</summary>
    public string Device(Invocation invocation) => invocation.Arguments.GetValue(_device)!;

    /// <summary>The compute type's name as it was given, which may be auto.</summary>
    public string TypeName(Invocation invocation) => invocation.Arguments.GetValue(_type)!;

    /// <summary>The number of threads as it was given: 0 for the machine's cores.</summary>
    public int Threads(Invocation invocation) => invocation.Arguments.GetValue(_threads);

    /// <summary>Whether the seed was given.</summary>
    public bool IsSeedGiven(Invocation invocation) => invocation.IsGiven(_seed);

    /// <summary>Whether the device was given.</summary>
    public bool IsDeviceGiven(Invocation invocation) => invocation.IsGiven(_device);

    /// <summary>Whether the compute type was given.</summary>
    public bool IsTypeGiven(Invocation invocation) => invocation.IsGiven(_type);

    /// <summary>The compute type, or <see langword="null"/> for auto.</summary>
    /// <exception cref="ConfigurationException">The device does not compute in that type.</exception>
    public ScalarType? Type(Invocation invocation) => TypeName(invocation) switch
    {
        "auto" => null,
        "float32" => ScalarType.Float32,
        "bfloat16" => ScalarType.BFloat16,
        _ when Device(invocation) != "cpu" => ScalarType.Float16,
        _ => throw new ConfigurationException("--dtype float16: the CPU does not compute in float16; use bfloat16 or float32."),
    };

    /// <summary>Sets the threads and finds the device. Loads the native library.</summary>
    /// <exception cref="ConfigurationException">This machine does not have the device.</exception>
    public Device Prepare(Invocation invocation)
    {
        var (name, threads) = (Device(invocation), Threads(invocation));
        set_num_threads(threads > 0 ? threads : ModelOptions.UsualThreads);
        return new ModelOptions { Device = name }.Open();
    }

    /// <summary>The same as the library takes them, with threads set and the device looked for. Without <c>--dtype</c>, texts are read and written in float32.</summary>
    /// <exception cref="ConfigurationException">This machine does not have the device, or the device not the type.</exception>
    public ModelOptions ToModelOptions(Invocation invocation)
    {
        var type = Type(invocation) ?? ScalarType.Float32;
        Prepare(invocation);
        return new ModelOptions { Device = Device(invocation), ComputeType = type };
    }

    [GeneratedRegex(@"^(cpu|cuda|cuda:\d{1,3}|mps)$")]
    private static partial Regex DeviceName();
}
