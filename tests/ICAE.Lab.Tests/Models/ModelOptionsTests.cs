using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Models;

[Collection("torch")]
public sealed class ModelOptionsTests
{
    [Theory]
    [InlineData("cpu", TorchSharp.DeviceType.CPU)]
    [InlineData("meta", TorchSharp.DeviceType.META)]
    public void A_device_is_found_by_its_name(string name, TorchSharp.DeviceType type) => Assert.Equal(type, new ModelOptions { Device = name }.Open().type);

    [Theory]
    [InlineData("hip")]
    [InlineData("xla")]
    [InlineData("CUDA")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:1x")]
    [InlineData("cpu:0")]
    [InlineData("0")]
    [InlineData("")]
    public void What_is_no_device_is_refused_by_name(string name) =>
        Assert.Equal($"The device '{name}' is none of cpu, cuda, cuda:N, mps and meta.", Assert.Throws<ConfigurationException>(() => new ModelOptions { Device = name }.Open()).Message);

    [SkippableTheory]
    [InlineData("cuda")]
    [InlineData("cuda:99")]
    [InlineData("mps")]
    public void A_device_that_this_machine_lacks_is_refused_before_anything_is_loaded(string name)
    {
        Skip.If(name == "mps" ? mps_is_available() : name == "cuda" && cuda_is_available(), $"This machine has {name}.");

        Assert.StartsWith($"device {name}: this machine does not have it: ", Assert.Throws<ConfigurationException>(() => new ModelOptions { Device = name }.Open()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(ModelOptions.MostThreads + 1)]
    public void Threads_that_make_no_sense_are_refused(int threads) =>
        Assert.Contains($"Threads ({threads})", Assert.Throws<ConfigurationException>(() => new ModelOptions { Threads = threads }.Open()).Message, StringComparison.Ordinal);
}
