using ICAE.Lab.Data;
using ICAE.Lab.Experiments;
using ICAE.Lab.Experiments.RestorationEvaluation;
using ICAE.Lab.Tests.Autoencoder;
using ICAE.Lab.Tests.Models;

namespace ICAE.Lab.Tests.Experiments;

[Collection("torch")]
public sealed class OrdinaryPatternedRandomTests
{
    [Fact]
    public void Texts_of_ones_own_are_restored_three_ways_at_the_length_of_the_shortest()
    {
        using var model = TinyModel.Create();
        string[] texts = [TinyBase.Text, TinyBase.Text[5..30]];

        var result = OrdinaryPatternedRandom.Run(model, texts);
        var rows = OrdinaryPatternedRandom.Rows(result);

        Assert.Equal(model.Encode(texts[1]).Count, result.Settings.Tokens);
        Assert.Equal(["ordinary", "patterned", "random"], rows.Select(row => row.Kind));
        Assert.All(rows, row => Assert.Equal(2, row.Texts));
        Assert.Equal([0.993, 0.035, 0.002], rows.Select(row => row.PaperBleu!.Value));
        Assert.Equal(result.Kinds.Select(kind => kind.Memory[RestorationMeasure.BleuIds]), rows.Select(row => row.Bleu));
        Assert.Equal(result.Kinds.Select(kind => kind.Zero[RestorationMeasure.BleuIds]), rows.Select(row => row.BleuWithoutMemory));
        Assert.Equal(result.Kinds.Select(kind => kind.TokensPerSlot), rows.Select(row => row.TokensPerSlot));
    }

    [Fact]
    public void Passages_bring_their_own_settings_and_are_controlled_in_any_case()
    {
        using var model = TinyModel.Create();
        Passage[] passages = [new() { Id = "1", Text = TinyBase.Text }];

        var result = OrdinaryPatternedRandom.Run(model, passages, new RestorationSettings { Tokens = 6, Resamples = 10, Controls = false });

        Assert.Equal(6, result.Settings.Tokens);
        Assert.Equal(3, OrdinaryPatternedRandom.Rows(result).Count);
    }

    [Fact]
    public void Without_a_text_there_is_nothing_to_restore()
    {
        using var model = TinyModel.Create();

        Assert.Throws<ConfigurationException>(() => OrdinaryPatternedRandom.Run(model, []));
        Assert.Throws<ConfigurationException>(() => OrdinaryPatternedRandom.Run(model, ["a text", ""]));
    }

    [Fact]
    public void Rows_become_a_table_with_a_column_for_each_value()
    {
        var table = new[] { new Row("a", TextKind.Random, 1, 2, 0.5, null, true, [1]), new Row("b", TextKind.Ordinary, 3, 4, double.NaN, 7, false, []) }.ToDataFrame();

        Assert.Equal(["Name", "Kind", "Small", "Large", "Value", "Perhaps", "IsSo"], table.Columns.Select(column => column.Name));
        Assert.Equal(["b", "Ordinary", 3, 4L, double.NaN, 7.0, false], table.Rows[1].ToArray());
        Assert.Null(table["Perhaps"][0]);
        Assert.Throws<ArgumentException>(() => new[] { new List<int>[1] }.Select(lists => new { Lists = lists }).ToDataFrame());
    }

    private sealed record Row(string Name, TextKind Kind, int Small, long Large, double Value, double? Perhaps, bool IsSo, int[] Ids);
}
