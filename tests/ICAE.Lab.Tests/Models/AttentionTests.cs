using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Models;

[Collection("torch")]
public sealed class AttentionTests
{
    /// <summary>The native library's operator is what a GPU takes; on this processor both can be had.</summary>
    [Theory]
    [InlineData(1, 4, 4, 6, 6, 0)]
    [InlineData(2, 4, 2, 6, 6, 1)]
    [InlineData(3, 6, 2, 5, 9, 3)]
    [InlineData(2, 4, 1, 1, 7, 2)]
    public void Both_ways_give_the_same_values_and_gradients(int batch, int heads, int keyHeads, int length, int keyLength, int biasRows)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3, CPU);
        Tensor Random(params long[] shape) => randn(shape, dtype: ScalarType.Float32, device: CPU, generator: generator);
        var (queries, keys, values) = (Random(batch, length, heads, 8), Random(batch, keyHeads, keyLength, 8), Random(batch, keyHeads, keyLength, 8));
        var bias = biasRows == 0 ? null : Random(biasRows, length, keyLength).lt(-0.5).to(ScalarType.Float32).mul_(-30000);
        var weights = Random(batch, length, heads * 8);

        var plain = Results(Attention.Attend);
        var fused = Results(Attention.Fused);

        Assert.Equal([batch, length, heads * 8], plain[0].shape);
        Assert.All(plain.Zip(fused), pair => Assert.True(pair.First.allclose(pair.Second, rtol: 1e-4, atol: 1e-5)));

        Tensor[] Results(Func<Tensor, Tensor, Tensor, Tensor?, Tensor> attend)
        {
            Tensor[] inputs = [.. new[] { queries, keys, values }.Select(input => input.detach().clone().requires_grad_())];
            var attended = attend(inputs[0], inputs[1], inputs[2], bias);
            attended.mul(weights).sum().backward();
            return [attended, .. inputs.Select(input => input.grad!)];
        }
    }
}
