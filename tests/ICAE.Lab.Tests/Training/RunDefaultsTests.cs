using ICAE.Lab.Training;

namespace ICAE.Lab.Tests.Training;

/// <summary>The usual settings, where they carry a lesson that was measured.</summary>
public sealed class RunDefaultsTests
{
    private static readonly RunData Data = new("tokenizer", "training", "validation");

    [Fact]
    public void A_bases_ladder_begins_with_texts_so_short_that_a_lost_edge_shows()
    {
        var ladder = RunDefaults.Restoring(Data, "base").Validate().Autoencoder!.Ladder;
        var first = ladder.Rungs[0];

        // One token lost in every text must keep the next rung closed, since a decoder that has settled for it does not unlearn it.
        Assert.Equal(1, first.TokensPerSlot);
        Assert.True(first.Lengths.Average(length => (length - 1.0) / length) < ladder.RaiseAt);
    }

    [Fact]
    public void On_a_frozen_base_the_ladder_does_not_wait_for_the_last_token_of_a_slot()
    {
        var ladder = RunDefaults.OnBase(Data, "base").Validate().Autoencoder!.Ladder;

        // Three tokens of four open the next rung.
        Assert.Equal(0.75, ladder.RaiseAt);
        Assert.Equal(ladder.Rungs.Count, RunDefaults.Restoring(Data, "base").Autoencoder!.Ladder.Rungs.Count);
    }

    [Fact]
    public void An_encoder_on_a_frozen_base_sees_lengths_that_fill_no_whole_number_of_slots()
    {
        var settings = RunDefaults.OnBase(Data, "base").Autoencoder!;

        foreach (var rung in settings.Ladder.Rungs.Where(rung => rung.TokensPerSlot > 1))
        {
            Assert.True(Uneven(rung) >= 2, $"{rung.TokensPerSlot}");
            Assert.Contains(64, rung.Lengths);
        }

        Assert.True(Uneven(settings.Ladder.Rungs[^1]) > settings.Ladder.Rungs[^1].Lengths.Count / 2);
        Assert.Equal(128, settings.Ladder.Rungs[^1].Lengths.Max());

        static int Uneven(TrainingRung rung) => rung.Lengths.Count(length => length % rung.TokensPerSlot > 0.01);
    }

    [Fact]
    public void A_base_learns_to_be_restored_from_with_every_update_and_without_repeated_rows()
    {
        var settings = RunDefaults.Restoring(Data, "base");

        Assert.Equal((1, 0), (settings.Autoencoder!.Every, settings.Rows!.PeriodicShare));
    }
}
