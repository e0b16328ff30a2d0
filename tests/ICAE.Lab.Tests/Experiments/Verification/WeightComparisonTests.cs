using ICAE.Lab.Experiments.Verification;
using ICAE.Lab.Formats;
using ICAE.Lab.Tests.Formats;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Experiments.Verification;

/// <summary>Only the few entries whose first step rounding decides may differ by more than the tolerance.</summary>
[Collection("torch")]
public sealed class WeightComparisonTests : IDisposable
{
    private const float Small = 9e-6f;

    private readonly TestFiles.TemporaryFolder _folder = TestFiles.NewFolder();

    [Fact]
    public void What_is_within_the_tolerance_is_one_check()
    {
        var check = Assert.Single(Compare((0, 0, 9e-5f, Small), (1, 3, 9e-5f, 1)));

        Assert.Equal(WeightComparison.Name, check.Name);
        Assert.InRange(check.MaxDifference, 8e-5, 1e-4);
        Assert.True(check.Ok);
    }

    [Theory]
    [InlineData(2e-4f, true)]
    [InlineData(4.9e-4f, true)]
    [InlineData(5.1e-4f, false)]
    [InlineData(0.1f, false)]
    [InlineData(float.NaN, false)]
    [InlineData(float.PositiveInfinity, false)]
    public void An_entry_whose_first_gradient_cancels_may_differ_by_a_little_more(float by, bool ok)
    {
        var checks = Compare((0, 4, by, Small));

        Assert.Equal([WeightComparison.Name, WeightComparison.UndecidedName], checks.Select(check => check.Name));
        Assert.Equal([true, ok], checks.Select(check => check.Ok));
        Assert.Equal("a at [0, 4]", checks[^1].Place);
    }

    [Theory]
    [InlineData(1.1e-5f)]
    [InlineData(1e-3f)]
    [InlineData(1)]
    [InlineData(float.NaN)]
    public void No_other_entry_may(float gradient)
    {
        var check = Assert.Single(Compare((1, 5, 1.5e-4f, gradient)));

        Assert.Equal(WeightComparison.Name, check.Name);
        Assert.False(check.Ok);
        Assert.Equal("b at [1, 1]", check.Place);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public void More_than_a_handful_are_not_excused(int count, bool ok)
    {
        var checks = Compare([.. Enumerable.Range(0, count).Select(i => (i % 2, i, 2e-4f, Small))]);

        Assert.Equal(ok, checks.All(check => check.Ok));
        Assert.Equal(ok ? 2 : 1, checks.Count);
    }

    [Fact]
    public void A_tensor_without_gradient_excuses_nothing()
    {
        using var scope = NewDisposeScope();
        var weight = new TrainedWeight("a", full([2], 2e-4f, device: CPU), zeros([2], device: CPU));

        Assert.False(Assert.Single(Run([weight], new() { ["a"] = zeros([2], device: CPU) })).Ok);
    }

    [Fact]
    public void A_missing_weight_and_one_of_another_shape_are_differences()
    {
        using var scope = NewDisposeScope();
        var weight = new TrainedWeight("a", zeros([2], device: CPU), ones([2], device: CPU));

        Assert.False(Assert.Single(Run([weight], new() { ["b"] = zeros([2], device: CPU) })).Ok);
        Assert.False(Assert.Single(Run([weight], new() { ["a"] = zeros([1, 2], device: CPU) })).Ok);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Compares two weights, a [1, 8] and b [2, 4], that equal the reference but for some entries, whose first gradient is given.</summary>
    private IReadOnlyList<VerificationCheck> Compare(params (int Weight, int Index, float By, float Gradient)[] entries)
    {
        using var scope = NewDisposeScope();
        var (values, gradients) = (new float[2][], new float[2][]);
        for (var weight = 0; weight < 2; weight++)
        {
            values[weight] = [.. Enumerable.Range(0, 8).Select(i => i * 0.01f)];
            gradients[weight] = [.. Enumerable.Range(0, 8).Select(i => i == 7 ? -1f : 0.1f)];
        }

        var stored = new Dictionary<string, Tensor> { ["a"] = tensor(values[0], [1, 8], device: CPU), ["b"] = tensor(values[1], [2, 4], device: CPU) };
        foreach (var (weight, index, by, gradient) in entries)
        {
            values[weight][index] += by;
            gradients[weight][index] = gradient;
        }

        return Run(
            [
                new TrainedWeight("a", tensor(values[0], [1, 8], device: CPU), tensor(gradients[0], [1, 8], device: CPU)),
                new TrainedWeight("b", tensor(values[1], [2, 4], device: CPU), tensor(gradients[1], [2, 4], device: CPU)),
            ],
            stored);
    }

    private IReadOnlyList<VerificationCheck> Run(TrainedWeight[] weights, Dictionary<string, Tensor> stored)
    {
        var path = _folder.File($"{Guid.NewGuid():n}.safetensors");
        SafetensorsWriter.Write(path, stored);
        using var reference = ReferenceTensors.Open(path);
        var checks = new CheckList(default);
        WeightComparison.Run(weights, reference, checks);
        return checks.Checks;
    }
}
