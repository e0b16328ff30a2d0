using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.RegularExpressions;
using ICAE.Lab.Autoencoder;

namespace ICAE.Lab.Display.Tests;

[Collection("torch")]
public sealed partial class MemorySummaryTests
{
    private const string Text = "It was a bright cold day in April, and the clocks were striking thirteen.";

    [Fact]
    public void A_memory_tells_tokens_and_slots_as_used_and_its_size_beside_the_texts()
    {
        using var model = IcaeModel.Load("english-1m-4x");
        using var memory = model.Compress(Text);

        var summary = MemorySummary.Of(memory);

        Assert.Contains($"{memory.TextLength} tokens on {memory.SlotCount} slots", summary.Heading, StringComparison.Ordinal);
        Assert.Equal((memory.SlotCount, 128), (summary.Values.GetLength(0), summary.Values.GetLength(1)));
        Assert.Equal(memory.SlotCount * 128 * 4, summary.Sizes.Single(size => size.What == "slots, as they are held").Bytes);
        Assert.Equal(memory.SlotCount * 128 * 2, summary.Sizes.Single(size => size.What == "slots in bfloat16").Bytes);
        Assert.Equal(Text.Length, summary.Sizes.Single(size => size.What == "the text in UTF-8").Bytes);
        Assert.InRange(summary.Sizes.Single(size => size.What == "the text by gzip").Bytes, 20, Text.Length + 30);
        Assert.Contains("Hidden from the decoder: slot 1, 3.", MemorySummary.Of(memory.Without([3, 1])).ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_memory_of_ids_that_are_no_text_names_no_text()
    {
        using var model = IcaeModel.Load("english-1m-4x");
        using var memory = model.Compress([200, 130, 131, 7]);

        Assert.Equal(2, MemorySummary.Of(memory).Sizes.Count);
    }

    [Fact]
    public void The_picture_has_a_pixel_for_each_number_and_a_colour_for_each_sign()
    {
        var html = new MemorySummary("m", [], new float[,] { { -2, 0, 1 }, { 2, float.NaN, -1 } }, []).ToHtml();

        var (width, height, pixels) = Decode(Convert.FromBase64String(Picture().Match(html).Groups[1].Value));
        Assert.Equal((3, 2), (width, height));
        Assert.Equal([0, 0, 127, 191, 0, 254, 127, 63], pixels);
        Assert.Contains("the strongest colour 2.", html, StringComparison.Ordinal);
        Assert.Contains("alt=\"Heat map", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wide_matrix_is_averaged_in_groups()
    {
        var html = new MemorySummary("m", [], new float[1, 1100], []).ToHtml();

        Assert.Equal(367, Decode(Convert.FromBase64String(Picture().Match(html).Groups[1].Value)).Width);
        Assert.Contains("each pixel the mean of up to 3 of them", html, StringComparison.Ordinal);
    }

    /// <summary>Reads the chunks one by one and unpacks the pixels.</summary>
    private static (int Width, int Height, byte[] Pixels) Decode(byte[] png)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        var chunks = new Dictionary<string, byte[]>();
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            chunks[System.Text.Encoding.ASCII.GetString(png, at + 4, 4)] = png[(at + 8)..(at + 8 + length)];
            at += 12 + length;
        }

        // The checksum of an empty IEND chunk, as in every PNG file.
        Assert.Equal([0xAE, 0x42, 0x60, 0x82], png[^4..]);
        Assert.Equal(["IHDR", "PLTE", "IDAT", "IEND"], chunks.Keys);
        using var unpacked = new MemoryStream();
        using (var zip = new ZLibStream(new MemoryStream(chunks["IDAT"]), CompressionMode.Decompress))
            zip.CopyTo(unpacked);

        return (BinaryPrimitives.ReadInt32BigEndian(chunks["IHDR"]), BinaryPrimitives.ReadInt32BigEndian(chunks["IHDR"].AsSpan(4)), unpacked.ToArray());
    }

    [GeneratedRegex("src=\"data:image/png;base64,([^\"]+)\"")]
    private static partial Regex Picture();
}
