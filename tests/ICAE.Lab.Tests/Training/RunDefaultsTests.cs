using ICAE.Lab.Training;

namespace ICAE.Lab.Tests.Training;

/// <summary>The usual settings, where they carry a lesson that was measured.</summary>
public sealed class RunDefaultsTests
{
    private static readonly RunData Data = new("tokenizer", "training", "validation");

    [Fact]
    public void Ladders_begin_with_texts_so_short_that_a_lost_edge_shows()
    {
        foreach (var settings in (RunSettings[])[RunDefaults.Restoring(Data, "base"), RunDefaults.OnBase(Data, "base")])
        {
            var ladder = settings.Validate().Autoencoder!.Ladder;
            var first = ladder.Rungs[0];

            // One token lost in every text must keep the next rung closed.
            Assert.Equal(1, first.TokensPerSlot);
            Assert.True(first.Lengths.Average(length => (length - 1.0) / length) < ladder.RaiseAt);
        }
    }

    [Fact]
    public void A_base_learns_to_be_restored_from_with_every_update_and_without_repeated_rows()
    {
        var settings = RunDefaults.Restoring(Data, "base");

        Assert.Equal((1, 0), (settings.Autoencoder!.Every, settings.Rows!.PeriodicShare));
    }
}
