using TorchSharp;

namespace ICAE.Lab.Display.Tests;

[Collection("torch")]
public sealed class TensorSummaryTests
{
    [Fact]
    public void Statistics_are_of_the_finite_elements()
    {
        using var tensor = torch.tensor(new[] { 1f, 2f, 3f, float.NaN, 6f, float.PositiveInfinity }, [2, 3], device: torch.CPU);

        var summary = TensorSummary.Of(tensor);

        Assert.Equal(new TensorStatistics(1, 3, 6, Math.Sqrt(3.5), 2), summary.Statistics);
        Assert.Equal([2L, 3L], summary.Shape);
        Assert.Equal(("float32", "cpu", 24L, false), (summary.Dtype, summary.Device, summary.Bytes, summary.RequiresGrad));
        Assert.Equal([["1", "2", "3"], ["NaN", "6", "Infinity"]], summary.Preview);
    }

    [Fact]
    public void The_text_has_a_heading_statistics_and_values()
    {
        using var tensor = torch.tensor(new[] { 0.5f, 1.5f }, dtype: torch.bfloat16, device: torch.CPU, requires_grad: true);

        Assert.Equal(
            "bfloat16 [2] on cpu, 4 bytes, requires a gradient\nmin 0.5, mean 1, max 1.5, standard deviation 0.5\n0.5  1.5",
            TensorSummary.Of(tensor).ToString());
    }

    [Fact]
    public void A_large_tensor_is_cut_to_a_corner_of_its_last_two_dimensions()
    {
        using var tensor = torch.arange(2 * 3 * 10 * 20, device: torch.CPU).reshape(2, 3, 10, 20);

        var preview = TensorSummary.Of(tensor).Preview;

        Assert.Equal(7, preview.Count);
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "…"], preview[0]);
        Assert.Equal("100", preview[5][0]);
        Assert.Equal(["…"], preview[6]);
    }

    [Fact]
    public void Tensors_without_values_or_of_other_types_are_shown_too()
    {
        using var meta = torch.zeros(1_000_000, 1_000_000, dtype: torch.float16, device: torch.META);
        Assert.Equal("float16 [1000000, 1000000] on meta, 2,000,000,000,000 bytes", TensorSummary.Of(meta).ToString());

        using var empty = torch.zeros(0, 4, device: torch.CPU);
        Assert.Equal("float32 [0, 4] on cpu, 0 bytes", TensorSummary.Of(empty).ToString());

        using var truth = torch.tensor(new[] { true, false }, device: torch.CPU);
        Assert.Equal("bool [2] on cpu, 2 bytes\nmin 0, mean 0.5, max 1, standard deviation 0.5\ntrue  false", TensorSummary.Of(truth).ToString());

        using var scalar = torch.tensor((byte)7, device: torch.CPU);
        Assert.Equal("uint8 [] on cpu, 1 bytes\nmin 7, mean 7, max 7, standard deviation 0\n7", TensorSummary.Of(scalar).ToString());

        using var complex = torch.complex(torch.ones(1, device: torch.CPU), -torch.ones(1, device: torch.CPU));
        Assert.Equal("complex64 [1] on cpu, 8 bytes\n1-1i", TensorSummary.Of(complex).ToString());

        using var unknown = torch.full([2], double.NaN, dtype: torch.float64, device: torch.CPU);
        Assert.Equal("float64 [2] on cpu, 16 bytes\nNaN  NaN", TensorSummary.Of(unknown).ToString());
    }

    [Fact]
    public void Looking_leaves_no_tensor_behind()
    {
        using var tensor = torch.rand(4, 5, 6, device: torch.CPU);
        TensorSummary.Of(tensor);
        DisposeScopeManager.Statistics.Reset();

        TensorSummary.Of(tensor);

        Assert.Equal(0, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
