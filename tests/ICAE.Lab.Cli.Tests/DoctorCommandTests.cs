namespace ICAE.Lab.Cli.Tests;

/// <summary>What the command finds out about the machine that runs the tests.</summary>
[Collection("torch")]
public sealed class DoctorCommandTests
{
    [Fact]
    public async Task The_machine_is_described_for_machines()
    {
        var result = await CommandResult.RunAsync("doctor", "--threads", "1", "--json");

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.True(result.Json["ok"]!.GetValue<bool>());
        Assert.True(result.Json["native_library"]!["loaded"]!.GetValue<bool>());
        Assert.Null(result.Json["native_library"]!["error"]);
        Assert.True(File.Exists(result.Json["native_library"]!["path"]!.GetValue<string>()));
        Assert.Equal(1, result.Json["compute"]!["threads"]!.GetValue<int>());
        Assert.Equal(Environment.ProcessorCount, result.Json["machine"]!["cores"]!.GetValue<int>());
        Assert.InRange(result.Json["machine"]!["free_memory_bytes"]!.GetValue<long>(), 1, result.Json["machine"]!["memory_bytes"]!.GetValue<long>() - 1);
        Assert.True(result.Json["compute"]!["float32_gflops"]!.GetValue<double>() > 0);
        Assert.Contains(result.Json["compute"]!["compute_type"]!.GetValue<string>(), (string[])["float32", "bfloat16"]);
        Assert.Equal("cpu", result.Json["compute"]!["devices"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task The_type_that_is_asked_for_is_the_one_that_is_chosen()
    {
        var result = await CommandResult.RunAsync("doctor", "--dtype", "float32");

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Contains("float32: as --dtype says", result.Output, StringComparison.Ordinal);
        Assert.Contains("GFLOPS", result.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_device_that_is_not_there_is_a_finding_among_the_others()
    {
        Skip.If(TorchSharp.torch.cuda_is_available(), "This machine has a CUDA device.");
        var result = await CommandResult.RunAsync("doctor", "--device", "cuda", "--json");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.False(result.Json["ok"]!.GetValue<bool>());
        Assert.True(result.Json["native_library"]!["loaded"]!.GetValue<bool>());
        Assert.Equal("cpu", (string)result.Json["compute"]!["devices"]![0]!);
        Assert.Contains("device cuda: this machine does not have it", result.Json["compute"]!["problem"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_of_the_loader_are_told_from_others()
    {
        Assert.True(NativeLibraryState.IsLoadError(new TypeInitializationException("TorchSharp.torch", new NotSupportedException("This application uses TorchSharp but has no libtorch."))));
        Assert.True(NativeLibraryState.IsLoadError(new DllNotFoundException("LibTorchSharp")));
        Assert.False(NativeLibraryState.IsLoadError(new NotSupportedException("a stream that cannot seek")));
        Assert.False(NativeLibraryState.IsLoadError(new IOException("disk full")));
    }
}
