namespace ICAE.Lab.Cli.Tests;

/// <summary>Devices and types that this machine does not have.</summary>
[Collection("torch")]
public sealed class ComputeOptionsTests
{
    [Fact]
    public async Task Half_precision_on_the_processor_is_refused()
    {
        var result = await CommandResult.RunAsync("verify", ReferenceCopy.Find("base-models", "mistral"), "--dtype", "float16");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("--dtype float16", result.Error, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("cuda")]
    [InlineData("cuda:7")]
    [InlineData("mps")]
    public async Task A_device_that_is_not_there_is_refused_by_name(string device)
    {
        Skip.If(device == "mps" ? TorchSharp.torch.mps_is_available() : TorchSharp.torch.cuda_is_available(), $"This machine has {device}.");
        var result = await CommandResult.RunAsync("verify", ReferenceCopy.Find("base-models", "mistral"), "--device", device);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains($"device {device}: this machine does not have it", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
    }
}
