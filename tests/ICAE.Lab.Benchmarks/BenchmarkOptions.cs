namespace ICAE.Lab.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchmarkOptions
{
    public const string Usage = """
        dotnet run -c Release --project tests/ICAE.Lab.Benchmarks -- [SCENARIO ...] [--json] [--threads N] [--dtype TYPE]

          icae-step    the autoencoder's training step, and its multiples of the matrix products in it
          base-step    base training, and its multiple of the matrix products in it
          restore      compression and free-running restoration
          operations   each fused kernel beside the operations it stands for
          all          all four (the default)

          --json       one JSON object on standard output
          --threads N  threads of the native library (default: its own choice)
          --dtype TYPE float32, bfloat16 or auto (default: the faster by measurement)
        """;

    private static readonly string[] AllScenarios = ["icae-step", "base-step", "restore", "operations"];

    public IReadOnlyList<string> Scenarios { get; init; } = AllScenarios;

    public bool Json { get; init; }

    public bool Help { get; init; }

    /// <summary>0 for the library's choice.</summary>
    public int Threads { get; init; }

    public string ComputeType { get; init; } = "auto";

    public static BenchmarkOptions Parse(string[] args)
    {
        var options = new BenchmarkOptions();
        var scenarios = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--json":
                    options = options with { Json = true };
                    break;
                case "--help" or "-h":
                    options = options with { Help = true };
                    break;
                case "--threads":
                    options = options with { Threads = int.TryParse(Value(args, ref i), out var threads) && threads > 0 ? threads : throw new UsageException("--threads needs a positive number.") };
                    break;
                case "--dtype":
                    options = options with { ComputeType = Value(args, ref i) is "auto" or "float32" or "bfloat16" ? args[i] : throw new UsageException($"--dtype '{args[i]}' is neither auto, float32 nor bfloat16.") };
                    break;
                case "all":
                    scenarios.AddRange(AllScenarios);
                    break;
                default:
                    scenarios.Add(AllScenarios.Contains(args[i]) ? args[i] : throw new UsageException($"There is no scenario or option '{args[i]}'."));
                    break;
            }
        }

        return scenarios.Count == 0 ? options : options with { Scenarios = [.. scenarios.Distinct()] };
    }

    private static string Value(string[] args, ref int index) =>
        ++index < args.Length ? args[index] : throw new UsageException($"{args[index - 1]} needs a value.");
}
