using ICAE.Lab.Models;
using ICAE.Lab.Training;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Training;

[Collection("torch")]
public sealed class AdamWTests
{
    [Fact]
    public void Updates_follow_the_papers_algorithm()
    {
        var settings = new OptimizerSettings { Beta1 = 0.8, Beta2 = 0.9, Epsilon = 1e-3, WeightDecay = 0.1 };
        using var scope = NewDisposeScope();
        using var weight = new Weight("w", tensor(new[] { 1f, -2f, 0.5f }, device: CPU));
        using var buffer = new TrainableBuffer([weight]);
        using var optimizer = new AdamW(buffer);
        double[] value = [1, -2, 0.5], mean = [0, 0, 0], square = [0, 0, 0];
        for (var step = 1; step <= 20; step++)
        {
            var rate = 0.1 / step;
            float[] gradient = [step, -0.5f * step, MathF.Sin(step)];
            using var given = tensor(gradient, device: CPU);
            buffer.Gradients.copy_(given);
            optimizer.Update(settings, rate);
            for (var i = 0; i < 3; i++)
            {
                mean[i] = (0.8 * mean[i]) + (0.2 * gradient[i]);
                square[i] = (0.9 * square[i]) + (0.1 * gradient[i] * gradient[i]);
                var (m, v) = (mean[i] / (1 - Math.Pow(0.8, step)), square[i] / (1 - Math.Pow(0.9, step)));
                value[i] -= rate * ((m / (Math.Sqrt(v) + 1e-3)) + (0.1 * value[i]));
            }
        }

        Assert.Equal(20, optimizer.Updates);
        Assert.All(value.Zip(weight.Value.detach().data<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(10, 5)]
    [InlineData(0, 5)]
    public void Gradients_are_scaled_to_the_largest_norm_allowed(double most, double after)
    {
        using var scope = NewDisposeScope();
        using var weight = new Weight("w", zeros([2], dtype: ScalarType.Float32, device: CPU));
        using var buffer = new TrainableBuffer([weight]);
        using var given = tensor(new[] { 3f, -4f }, device: CPU);
        buffer.Gradients.copy_(given);

        Assert.Equal(5, buffer.ClipGradients(most), 1e-6);
        Assert.Equal(after, buffer.Gradients.norm().item<float>(), 1e-5);
    }

    [Fact]
    public void Weights_become_views_of_one_buffer_and_keep_their_values()
    {
        using var scope = NewDisposeScope();
        using var a = new Weight("a", tensor(new[] { 1f, 2f, 3f, 4f }, device: CPU).view(2, 2));
        using var b = new Weight("b", tensor(new[] { 5f, 6f }, device: CPU).to(ScalarType.BFloat16));
        using var buffer = new TrainableBuffer([a, b]);

        Assert.Equal(6, buffer.Count);
        Assert.Equal([1f, 2f, 3f, 4f, 5f, 6f], buffer.Values.data<float>().ToArray());
        a.Value.sum().add(b.Value.mul(2).sum()).backward();
        Assert.Equal([1f, 1f, 1f, 1f, 2f, 2f], buffer.Gradients.data<float>().ToArray());
        buffer.Values.zero_();
        Assert.Equal(0, a.Value.abs().sum().add(b.Value.abs().sum()).item<float>());
        a.Value.sum().backward();
        Assert.Equal([2f, 2f, 2f, 2f, 2f, 2f], buffer.Gradients.data<float>().ToArray());
        buffer.ZeroGradients();
        Assert.Equal(0, buffer.Gradients.abs().sum().item<float>());
    }

    [Fact]
    public void Nothing_to_train_is_refused() => Assert.Throws<ConfigurationException>(() => new TrainableBuffer([]));
}
