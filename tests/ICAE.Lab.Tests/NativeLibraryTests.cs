using TorchSharp;

namespace ICAE.Lab.Tests;

[Collection("torch")]
public sealed class NativeLibraryTests
{
    [Fact]
    public void Two_tensors_can_be_added()
    {
        using var a = torch.tensor(new[] { 1f, 2f, 3f }, device: torch.CPU);
        using var b = torch.tensor(new[] { 10f, 20f, 30f }, device: torch.CPU);
        using var sum = a + b;

        Assert.Equal([11f, 22f, 33f], sum.data<float>().ToArray());
    }
}
