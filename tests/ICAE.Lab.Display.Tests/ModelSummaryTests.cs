using ICAE.Lab.Autoencoder;

namespace ICAE.Lab.Display.Tests;

[Collection("torch")]
public sealed class ModelSummaryTests
{
    [Fact]
    public void An_autoencoder_is_told_part_by_part_with_what_it_adds_to_its_base()
    {
        using var model = IcaeModel.Load("english-1m-4x");

        var summary = ModelSummary.Of(model);

        Assert.Equal(model.Base.Transformer.Config.ParameterCount, summary.Parts.Where(part => !part.IsAdded).Sum(part => part.Parameters));
        Assert.Equal(315_392 + 512, summary.Parts.Where(part => part.IsAdded).Sum(part => part.Parameters));
        Assert.Contains(summary.Facts, fact => fact.Contains("add 33.8 % to the base", StringComparison.Ordinal));
        Assert.Contains(summary.Facts, fact => fact.Contains("a restoring base", StringComparison.Ordinal));
        Assert.Contains("<th scope=\"row\">embedding, also the output layer</th><td class=\"n\">131,072</td>", summary.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("Llama: 4 layers, width 128, 4 heads of 32, feed-forward 352, vocabulary 1,024", summary.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_names_its_kind()
    {
        using var model = IcaeModel.Load("english-1m-4x");

        Assert.Contains("Kind of base: restoring.", ModelSummary.Of(model.Base).ToString(), StringComparison.Ordinal);
        Assert.Equal(935_040, ModelSummary.Of(model.Base.Transformer).Parameters);
    }
}
