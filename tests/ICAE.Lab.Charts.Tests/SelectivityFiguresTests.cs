using ICAE.Lab.Experiments.MemorySelectivity;

namespace ICAE.Lab.Charts.Tests;

/// <summary>Figures of what slots hold.</summary>
public sealed class SelectivityFiguresTests
{
    [Fact]
    public void A_map_has_a_row_a_slot_and_says_in_words_which_tokens_each_holds()
    {
        var figure = FigureJson.Of(SelectivityFigures.WhatSlotsHold(new SlotMap("tiny", ["a", " \n", "c"], [1, 1, 1], [[4, 0.5, double.NaN], [0, 1, 2]])));

        Assert.Equal("[[4.0,0.5,null],[0.0,1.0,2.0]]", figure["data"]![0]!["z"]!.ToJsonString());
        Assert.Equal("[0,1,2]", figure["data"]![0]!["x"]!.ToJsonString());
        Assert.Equal("reversed", (string)figure["layout"]!["yaxis"]!["autorange"]!);
        Assert.Equal(
            "Heat map: What each slot holds: tiny. Tokens that need a slot most: slot 0, tokens 0; slot 1, tokens 1, 2.",
            (string)figure["layout"]!["meta"]!["description"]!);
    }

    [Fact]
    public void Markup_in_tokens_and_names_is_text_in_a_figure()
    {
        var figure = FigureJson.Of(SelectivityFigures.WhatSlotsHold(new SlotMap("<b>m", ["<br>&amp;"], [1], [[1]])));

        Assert.Equal("0: &lt;br&gt;&amp;amp;", (string)figure["data"]![0]!["text"]![0]![0]!);
        Assert.Equal("What each slot holds: &lt;b&gt;m", (string)figure["layout"]!["title"]!["text"]!);
        Assert.StartsWith("Heat map: What each slot holds: <b>m. ", (string)figure["layout"]!["meta"]!["description"]!, StringComparison.Ordinal);
    }
}
