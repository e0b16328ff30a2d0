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
    public void Lengths_are_measured_on_the_beginnings_of_the_same_texts()
    {
        using var model = TinyModel.Create();
        Passage[] passages = [new() { Id = "1", Text = TinyBase.Text }, new() { Id = "2", Text = TinyBase.Text[..8] }];
        var settings = new RestorationSettings { Resamples = 10 };

        var rows = OrdinaryPatternedRandom.ByLength(model, passages, [12, 6, 12], settings);

        Assert.Equal([(6, "ordinary"), (6, "patterned"), (6, "random"), (12, "ordinary"), (12, "patterned"), (12, "random")], rows.Select(row => (row.Tokens, row.Kind)));
        Assert.All(rows, row => Assert.Equal(1, row.Texts));
        var alone = OrdinaryPatternedRandom.Run(model, passages[..1], settings with { Tokens = 12 });
        Assert.Equal(alone.Kinds.Select(kind => kind.Memory[RestorationMeasure.Loss]), rows.Skip(3).Select(row => row.Loss));
        Assert.Equal(alone.Kinds.Select(kind => kind.Memory[RestorationMeasure.BleuIds]), rows.Skip(3).Select(row => row.Bleu));
        Assert.Equal(alone.Kinds.Select(kind => kind.Zero[RestorationMeasure.BleuIds]), rows.Skip(3).Select(row => row.BleuWithoutMemory));
        Assert.Equal(alone.Kinds.Select(kind => kind.Ceiling[RestorationMeasure.BleuIds]), rows.Skip(3).Select(row => row.BleuFromContext));
        Assert.Throws<ConfigurationException>(() => OrdinaryPatternedRandom.ByLength(model, passages, [], settings));
        Assert.Throws<ConfigurationException>(() => OrdinaryPatternedRandom.ByLength(model, passages, [0], settings));
        Assert.Contains("500", Assert.Throws<ConfigurationException>(() => OrdinaryPatternedRandom.ByLength(model, passages, [500], settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_are_measured_side_by_side_and_each_names_its_kind_of_base()
    {
        using var model = TinyModel.Create();
        Passage[] passages = [new() { Id = "1", Text = TinyBase.Text }];

        var rows = OrdinaryPatternedRandom.ByModel([model, model], passages, new RestorationSettings { Tokens = 6, Resamples = 10 });

        Assert.Equal(6, rows.Count);
        Assert.Equal(rows.Take(3), rows.Skip(3));
        Assert.All(rows, row => Assert.Equal(model.Base.Kind.ToString().ToLowerInvariant(), row.BaseKind));
    }

    [Fact]
    public void What_was_not_tried_is_not_a_number()
    {
        using var model = TinyModel.Create();
        var settings = new RestorationSettings { Tokens = 6, Resamples = 10, Conditions = [ReadingCondition.Memory] };

        var result = OrdinaryPatternedRandom.Run(model, [new Passage { Id = "1", Text = TinyBase.Text }], settings);

        Assert.All(result.Texts, text => Assert.Equal(ReadingCondition.Memory, text.Condition));
        Assert.All(OrdinaryPatternedRandom.Rows(result), row => Assert.True(double.IsNaN(row.BleuWithoutMemory) && double.IsNaN(row.BleuFromContext) && row.Accuracy >= 0));
        Assert.Throws<ConfigurationException>(() => (settings with { Conditions = [ReadingCondition.TaskToken] }).Validate());
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
