using ICAE.Lab.Autoencoder;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Autoencoder;

[Collection("torch")]
public sealed class TokenSamplerTests
{
    private const int Draws = 20_000;
    private static readonly double[] Probabilities = [0.4, 0.05, 0.3, 0.05, 0.2];

    public static TheoryData<double, int?, double?, int?, double[]> Cases => new()
    {
        { 1, null, null, null, Probabilities },
        { 1, 2, null, null, [4 / 7.0, 0, 3 / 7.0, 0, 0] },
        { 1, null, 0.75, null, [4 / 9.0, 0, 3 / 9.0, 0, 2 / 9.0] },
        { 1, 3, 0.5, null, [4 / 7.0, 0, 3 / 7.0, 0, 0] },
        { 1, null, null, 3, [0.4 / 0.75, 0.05 / 0.75, 0.3 / 0.75, 0, 0] },
        { 0.5, null, null, null, [0.16 / 0.295, 0.0025 / 0.295, 0.09 / 0.295, 0.0025 / 0.295, 0.04 / 0.295] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Tokens_come_as_often_as_their_probabilities_say(double temperature, int? topK, double? topP, int? limit, double[] expected)
    {
        using var scope = NewDisposeScope();
        var logits = tensor(Probabilities.Select(p => (float)Math.Log(p) + 3).ToArray(), device: CPU).unsqueeze(0).expand(Draws, 5);
        var settings = new GenerationSettings { Temperature = temperature, TopK = topK, TopP = topP, VocabularyLimit = limit, Seed = 11 };
        var drawn = TokenSampler.Choose(logits, settings, [.. Enumerable.Range(0, Draws)], 3);
        for (var id = 0; id < expected.Length; id++)
        {
            // Five standard deviations of a binomial share.
            var allowed = 5 * Math.Sqrt(expected[id] * (1 - expected[id]) / Draws);
            Assert.InRange(drawn.Count(value => value == id) / (double)Draws, expected[id] - allowed, expected[id] + allowed);
        }
    }

    [Fact]
    public void Greedy_choice_keeps_to_the_limit_of_the_vocabulary()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new float[] { 1, 3, 2, 9 }, device: CPU).unsqueeze(0);
        Assert.Equal([3], TokenSampler.Choose(logits, new GenerationSettings(), [0], 0));
        Assert.Equal([1], TokenSampler.Choose(logits, new GenerationSettings { VocabularyLimit = 3 }, [0], 0));
    }

    [Theory]
    [InlineData(0.0, float.NaN)]
    [InlineData(1.0, float.NaN)]
    [InlineData(0.0, float.PositiveInfinity)]
    [InlineData(0.7, float.NegativeInfinity)]
    public void Logits_that_are_no_numbers_are_refused(double temperature, float logit)
    {
        using var scope = NewDisposeScope();
        var sound = tensor(new float[] { 1, 3, 2 }, device: CPU);
        var unsound = float.IsNegativeInfinity(logit) ? full([3], logit, device: CPU) : tensor(new[] { 1, logit, 2 }, device: CPU);

        var error = Assert.Throws<IcaeException>(() => TokenSampler.Choose(stack([sound, unsound]), new GenerationSettings { Temperature = temperature }, [0, 1], 0));

        Assert.Contains("no finite number (Float32)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Uniform_numbers_differ_by_seed_row_and_step()
    {
        var numbers = new HashSet<double>();
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(numbers.Add(TokenSampler.Uniform(i, 1, 1)) && numbers.Add(TokenSampler.Uniform(1, i + 2, 1)) && numbers.Add(TokenSampler.Uniform(1, 1, i + 2)));
        }

        Assert.All(numbers, number => Assert.InRange(number, 0, 1 - 1e-17));
        Assert.InRange(numbers.Average(), 0.48, 0.52);
    }

    [Theory]
    [InlineData(-1.0, null, null)]
    [InlineData(double.NaN, null, null)]
    [InlineData(1.0, 0, null)]
    [InlineData(1.0, null, 0.0)]
    [InlineData(1.0, null, 1.5)]
    [InlineData(0.0, null, 0.9)]
    [InlineData(0.0, 5, null)]
    public void Settings_that_make_no_sense_are_refused(double temperature, int? topK, double? topP) =>
        Assert.Throws<ConfigurationException>(() => new GenerationSettings { Temperature = temperature, TopK = topK, TopP = topP }.Validate());
}
