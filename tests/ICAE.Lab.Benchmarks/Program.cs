using ICAE.Lab;
using ICAE.Lab.Benchmarks;
using static TorchSharp.torch;

// No BenchmarkDotNet: it runs each case in a process of its own, one after the other, and on a shared machine two such runs differ by
// more than what is asked here, the ratio of two times. Here both are measured in turns, in one process.
try
{
    var options = BenchmarkOptions.Parse(args);
    if (options.Help)
    {
        Console.WriteLine(BenchmarkOptions.Usage);
        return 0;
    }

    if (options.Threads > 0)
    {
        set_num_threads(options.Threads);
    }

    var report = new BenchmarkReport(options.Json);
    var machine = Machine.Measure(report, options);
    foreach (var scenario in options.Scenarios)
    {
        switch (scenario)
        {
            case "icae-step":
                IcaeStepBenchmark.Run(report, machine);
                break;
            case "base-step":
                BaseStepBenchmark.Run(report, machine);
                break;
            case "restore":
                RestorationBenchmark.Run(report, machine);
                break;
            default:
                OperationBenchmark.Run(report, machine);
                break;
        }
    }

    report.Finish();
    return 0;
}
catch (UsageException error)
{
    Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine(BenchmarkOptions.Usage);
    return 2;
}
catch (IcaeException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
