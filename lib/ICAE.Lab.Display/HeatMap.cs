using System.Buffers.Binary;
using System.IO.Compression;

namespace ICAE.Lab.Display;

/// <summary>A matrix as a small picture, a pixel a value: blue below zero, orange above, the stronger the farther from it.</summary>
internal static class HeatMap
{
    private const int MostColumns = 512;
    private const int Levels = 127;

    // Blue, near-white, orange: told apart by colour-blind readers, and by lightness from the middle.
    private static readonly (int R, int G, int B) Below = (0, 90, 160);
    private static readonly (int R, int G, int B) Middle = (246, 246, 246);
    private static readonly (int R, int G, int B) Above = (200, 80, 0);

    /// <summary>Draws a matrix. More than 512 columns are averaged in groups.</summary>
    /// <param name="values">[rows, columns], at least one each; what is not finite is drawn as zero.</param>
    /// <returns>The picture as PNG, its size, and the value of the strongest colour.</returns>
    public static (byte[] Png, int Width, int Height, double Scale) Draw(float[,] values)
    {
        var cells = Average(values);
        var (height, width) = (cells.GetLength(0), cells.GetLength(1));
        var scale = cells.Cast<double>().Max(Math.Abs);
        var rows = new byte[height * (width + 1)];
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
                rows[(row * (width + 1)) + 1 + column] = (byte)(Levels + (scale > 0 ? (int)Math.Round(cells[row, column] / scale * Levels) : 0));
        }

        return (Png(width, height, rows), width, height, scale);
    }

    private static double[,] Average(float[,] values)
    {
        var (height, wide) = (values.GetLength(0), values.GetLength(1));
        var group = (wide + MostColumns - 1) / MostColumns;
        var width = (wide + group - 1) / group;
        var cells = new double[height, width];
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                var (from, to) = (column * group, Math.Min(wide, (column + 1) * group));
                var sum = 0.0;
                for (var i = from; i < to; i++)
                    sum += float.IsFinite(values[row, i]) ? values[row, i] : 0;

                cells[row, column] = sum / (to - from);
            }
        }

        return cells;
    }

    /// <summary>An eight-bit picture with a palette (PNG specification, ISO/IEC 15948): each row is a zero, for no filter, and its pixels.</summary>
    private static byte[] Png(int width, int height, byte[] rows)
    {
        var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 3);
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "PLTE"u8, Palette());
        var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            zip.Write(rows);

        Chunk(file, "IDAT"u8, packed.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Palette()
    {
        var palette = new byte[3 * ((2 * Levels) + 1)];
        for (var level = -Levels; level <= Levels; level++)
        {
            var (end, share) = (level < 0 ? Below : Above, Math.Abs(level) / (double)Levels);
            var at = 3 * (level + Levels);
            palette[at] = Mix(Middle.R, end.R, share);
            palette[at + 1] = Mix(Middle.G, end.G, share);
            palette[at + 2] = Mix(Middle.B, end.B, share);
        }

        return palette;
    }

    private static byte Mix(int from, int to, double share) => (byte)Math.Round(from + ((to - from) * share));

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        file.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        const uint Polynomial = 0xEDB88320;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
        }

        return crc;
    }
}
