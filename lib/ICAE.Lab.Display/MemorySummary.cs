using System.Globalization;
using System.IO.Compression;
using System.Text;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Charts;

namespace ICAE.Lab.Display;

/// <summary>What a notebook shows of a memory: tokens and slots as used, its size beside that of the text, and its values as a picture.</summary>
/// <param name="Heading">Tokens, slots and ratio.</param>
/// <param name="Sizes">Sizes in bytes of the slots and, where it is known, of the text.</param>
/// <param name="Values">[n, numbers of a slot].</param>
/// <param name="Hidden">The slots that are hidden from the decoder.</param>
public sealed record MemorySummary(string Heading, IReadOnlyList<(string What, long Bytes)> Sizes, float[,] Values, IReadOnlyList<int> Hidden)
{
    private const int RowHeight = 12;
    private const int ShownWidth = 640;
    private const int MostHeight = 640;

    /// <summary>Looks at a memory.</summary>
    /// <param name="memory">The memory; it stays the caller's.</param>
    /// <returns>The summary, which holds no tensor.</returns>
    public static MemorySummary Of(Memory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        var values = memory.ToArray();
        var sizes = new List<(string, long)> { ("slots, as they are held", memory.Bytes), ("slots in bfloat16", 2L * values.Length) };
        if (memory.Original is { } text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            sizes.Add(("the text in UTF-8", bytes.Length));
            sizes.Add(("the text by gzip", GzipLength(bytes)));
        }

        var spans = memory.Plan.Spans.Count == 1 ? "" : $", in {memory.Plan.Spans.Count} spans";
        return new MemorySummary($"Memory: {memory}{spans}, by {memory.Adapter.Name}", sizes, values, memory.HiddenSlots);
    }

    /// <summary>The summary as an HTML fragment.</summary>
    /// <returns>HTML without scripts; the picture is part of it.</returns>
    public string ToHtml()
    {
        var (png, width, height, scale) = HeatMap.Draw(Values);
        var (slots, numbers) = (Values.GetLength(0), Values.GetLength(1));
        var grouped = width < numbers ? $" (each pixel the mean of up to {(numbers + width - 1) / width} of them)" : "";
        var description = string.Create(
            CultureInfo.InvariantCulture,
            $"Heat map: a row for each of the slots 0 to {slots - 1}, from the top; a column for each of a slot's {numbers} numbers{grouped}. Blue is negative, orange positive, the strongest colour {scale:G3}.");
        var hidden = Hidden.Count == 0 ? "" : $"<div>Hidden from the decoder: slot {HtmlText.Escape(string.Join(", ", Hidden))}.</div>";
        var shownHeight = Math.Clamp(height * RowHeight, RowHeight, MostHeight);
        return $"<div class=\"icae\"><div><b>{HtmlText.Escape(Heading)}</b></div>{hidden}"
            + Html.Table(["", "bytes"], Sizes.Select(size => (string[])[size.What, Html.Whole(size.Bytes)]), numbers: true)
            + $"<img alt=\"{HtmlText.Escape(description)}\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\" style=\"width:{ShownWidth}px;max-width:100%;height:{shownHeight}px;image-rendering:pixelated\">"
            + $"<div class=\"faint\">{HtmlText.Escape(description)}</div></div>";
    }

    /// <summary>The summary as lines of text.</summary>
    public override string ToString() =>
        $"{Heading}\n{Html.Lines(Sizes.Select(size => (string[])[size.What + ":", Html.Whole(size.Bytes), "bytes"]))}";

    private static long GzipLength(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(bytes);

        return packed.Length;
    }
}
