using System.Text.Json.Nodes;
using ICAE.Lab.Kernel.Language;
using ICAE.Lab.Kernel.Protocol;

namespace ICAE.Lab.Kernel.Tests.Protocol;

/// <summary>A cell's output as messages.</summary>
public sealed class CellPublisherTests
{
    [Fact]
    public void An_error_is_cut_to_what_a_message_takes()
    {
        var text = new string('x', (1 << 20) - 1) + "\U0001F600" + new string('y', 1 << 20);
        var content = CellPublisher.ErrorContent(new CellError("Name", text, [text, "at a place", "at another"]));

        var value = content["evalue"]!.ToString();
        Assert.Equal(new string('x', (1 << 20) - 1) + "… (the first 1048575 of 2097153 characters)", value);
        Assert.Equal([value, "… (2 further lines were left out)"], ((JsonArray)content["traceback"]!).Select(line => line!.ToString()));
    }

    [Fact]
    public void A_short_error_is_whole()
    {
        var content = CellPublisher.ErrorContent(new CellError("Name", "value", ["one", "two"]));

        Assert.Equal("value", content["evalue"]!.ToString());
        Assert.Equal(["one", "two"], ((JsonArray)content["traceback"]!).Select(line => line!.ToString()));
    }
}
