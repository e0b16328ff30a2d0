using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Tests.Language;

/// <summary>How a cell's text is gathered and cut.</summary>
public sealed class CellStreamsTests
{
    [Fact]
    public void A_write_too_large_for_a_message_arrives_in_pieces_and_whole()
    {
        var output = new RecordedOutput();
        var streams = new CellStreams(output);

        // The middle of a character beyond the basic plane falls on the first cut.
        var text = new string('x', (1 << 20) - 1) + "\U0001F600" + new string('y', 1 << 20);
        streams.Stream(error: false, text);
        streams.Flush();

        Assert.Equal(text, output.Out);
        Assert.Equal(3, output.Events.Count);
    }

    [Fact]
    public async Task A_text_that_cannot_be_sent_does_not_keep_back_that_of_other_cells()
    {
        new CellStreams(new ClosedOutput()).Stream(error: false, "lost");
        await Task.Delay(200);
        var output = new RecordedOutput();
        new CellStreams(output).Stream(error: false, "sent");
        for (var tries = 0; tries < 500 && output.Out.Length == 0; tries++)
            await Task.Delay(20);

        Assert.Equal("sent", output.Out);
    }
}
