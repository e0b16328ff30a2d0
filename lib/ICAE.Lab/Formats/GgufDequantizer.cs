using System.Runtime.InteropServices;

namespace ICAE.Lab.Formats;

/// <summary>
/// Turns blocks of the quantised types into float32, in the same order of operations as the reference implementation, so that the results
/// are equal to the last bit.
/// </summary>
internal static class GgufDequantizer
{
    private const int MinBlocksForThreads = 1 << 12;

    private delegate void Decoder(ReadOnlySpan<byte> block, Span<float> target);

    /// <summary>Whether a type can be turned into float32.</summary>
    public static bool Supports(string type) => Find(type) is not null;

    /// <summary>Decodes whole blocks.</summary>
    /// <param name="type">Their type, one that <see cref="Supports"/> accepts.</param>
    /// <param name="source">The blocks.</param>
    /// <param name="target">Room for exactly their elements.</param>
    public static unsafe void Decode(GgufBlockType type, ReadOnlySpan<byte> source, Span<float> target)
    {
        var decode = Find(type.Name) ?? throw new ArgumentException($"{type.Name} cannot be decoded", nameof(type));
        var blocks = target.Length / type.Elements;
        if (blocks < MinBlocksForThreads)
        {
            DecodeRange(type, decode, source, target);
            return;
        }

        fixed (byte* sourceStart = source)
        fixed (float* targetStart = target)
        {
            // Both stay pinned until the loop below has ended; the closures see addresses, because they cannot hold spans.
            var sourceAddress = (nint)sourceStart;
            var targetAddress = (nint)targetStart;
            var parts = Math.Min(Environment.ProcessorCount * 4, blocks);
            Parallel.For(0, parts, part =>
            {
                var first = (int)((long)blocks * part / parts);
                var count = (int)((long)blocks * (part + 1) / parts) - first;
                DecodeRange(
                    type,
                    decode,
                    new ReadOnlySpan<byte>((byte*)sourceAddress + (long)first * type.Bytes, count * type.Bytes),
                    new Span<float>((float*)targetAddress + (long)first * type.Elements, count * type.Elements));
            });
        }
    }

    private static void DecodeRange(GgufBlockType type, Decoder decode, ReadOnlySpan<byte> source, Span<float> target)
    {
        // Types of one element a block are decoded as one long block.
        if (type.Elements == 1)
        {
            decode(source, target);
            return;
        }

        for (var block = 0; block < target.Length / type.Elements; block++)
            decode(source.Slice(block * type.Bytes, type.Bytes), target.Slice(block * type.Elements, type.Elements));
    }

    private static Decoder? Find(string type) => type switch
    {
        "F32" => static (source, target) => source.CopyTo(MemoryMarshal.AsBytes(target)),
        "F16" => DecodeF16,
        "BF16" => DecodeBF16,
        "Q4_0" => DecodeQ40,
        "Q4_1" => DecodeQ41,
        "Q5_0" => DecodeQ50,
        "Q5_1" => DecodeQ51,
        "Q8_0" => DecodeQ80,
        "Q2_K" => DecodeQ2K,
        "Q3_K" => DecodeQ3K,
        "Q4_K" => DecodeQ4K,
        "Q5_K" => DecodeQ5K,
        "Q6_K" => DecodeQ6K,
        _ => null,
    };

    private static float Half(ReadOnlySpan<byte> bytes) => (float)MemoryMarshal.Read<Half>(bytes);

    private static void DecodeF16(ReadOnlySpan<byte> source, Span<float> target)
    {
        var halves = MemoryMarshal.Cast<byte, Half>(source);
        for (var i = 0; i < target.Length; i++)
            target[i] = (float)halves[i];
    }

    private static void DecodeBF16(ReadOnlySpan<byte> source, Span<float> target)
    {
        var upper = MemoryMarshal.Cast<byte, ushort>(source);
        for (var i = 0; i < target.Length; i++)
            target[i] = BitConverter.UInt32BitsToSingle((uint)upper[i] << 16);
    }

    // Block of 32: scale; 16 bytes, the low halves elements 0 to 15, the high halves 16 to 31.
    private static void DecodeQ40(ReadOnlySpan<byte> block, Span<float> target)
    {
        var d = Half(block);
        var q = block.Slice(2, 16);
        for (var j = 0; j < 16; j++)
        {
            target[j] = ((q[j] & 15) - 8) * d;
            target[j + 16] = ((q[j] >> 4) - 8) * d;
        }
    }

    // Block of 32: scale, minimum; 16 bytes as in Q4_0.
    private static void DecodeQ41(ReadOnlySpan<byte> block, Span<float> target)
    {
        var d = Half(block);
        var m = Half(block[2..]);
        var q = block.Slice(4, 16);
        for (var j = 0; j < 16; j++)
        {
            target[j] = (q[j] & 15) * d + m;
            target[j + 16] = (q[j] >> 4) * d + m;
        }
    }

    // Block of 32: scale; 32 fifth bits; 16 bytes as in Q4_0.
    private static void DecodeQ50(ReadOnlySpan<byte> block, Span<float> target)
    {
        var d = Half(block);
        var high = MemoryMarshal.Read<uint>(block[2..]);
        var q = block.Slice(6, 16);
        for (var j = 0; j < 16; j++)
        {
            target[j] = (((q[j] & 15) | (int)((high >> j) & 1) << 4) - 16) * d;
            target[j + 16] = (((q[j] >> 4) | (int)((high >> (j + 16)) & 1) << 4) - 16) * d;
        }
    }

    // Block of 32: scale, minimum; 32 fifth bits; 16 bytes as in Q4_0.
    private static void DecodeQ51(ReadOnlySpan<byte> block, Span<float> target)
    {
        var d = Half(block);
        var m = Half(block[2..]);
        var high = MemoryMarshal.Read<uint>(block[4..]);
        var q = block.Slice(8, 16);
        for (var j = 0; j < 16; j++)
        {
            target[j] = ((q[j] & 15) | (int)((high >> j) & 1) << 4) * d + m;
            target[j + 16] = ((q[j] >> 4) | (int)((high >> (j + 16)) & 1) << 4) * d + m;
        }
    }

    // Block of 32: scale; 32 signed bytes.
    private static void DecodeQ80(ReadOnlySpan<byte> block, Span<float> target)
    {
        var d = Half(block);
        var q = MemoryMarshal.Cast<byte, sbyte>(block.Slice(2, 32));
        for (var j = 0; j < 32; j++)
            target[j] = q[j] * d;
    }

    // Block of 256: 16 bytes of 4-bit scales and minima for groups of 16; 64 bytes of 2-bit values; scale and minimum of the block.
    private static void DecodeQ2K(ReadOnlySpan<byte> block, Span<float> target)
    {
        var scales = block[..16];
        var d = Half(block[80..]);
        var min = Half(block[82..]);
        for (var group = 0; group < 16; group++)
        {
            // Groups 0 and 1 share bits 0-1 of bytes 0 to 31, groups 2 and 3 bits 2-3, and so on; groups 8 to 15 use bytes 32 to 63.
            var q = block.Slice(16 + group / 8 * 32 + group % 2 * 16, 16);
            var shift = group % 8 / 2 * 2;
            var scale = d * (scales[group] & 15);
            var offset = min * (scales[group] >> 4);
            var values = target.Slice(group * 16, 16);
            for (var l = 0; l < 16; l++)
                values[l] = scale * ((q[l] >> shift) & 3) - offset;
        }
    }

    // Block of 256: 32 bytes of third bits; 64 bytes of lower two bits; 16 scales of 6 bits in 12 bytes; scale of the block.
    private static void DecodeQ3K(ReadOnlySpan<byte> block, Span<float> target)
    {
        var packed = block.Slice(96, 12);
        var d = Half(block[108..]);
        for (var group = 0; group < 16; group++)
        {
            var low = group < 8 ? packed[group] & 15 : packed[group - 8] >> 4;
            var high = (packed[8 + group % 4] >> (group / 4 * 2)) & 3;
            var scale = d * ((low | high << 4) - 32);
            var q = block.Slice(32 + group / 8 * 32 + group % 2 * 16, 16);
            var mask = block.Slice(group % 2 * 16, 16);
            var shift = group % 8 / 2 * 2;
            var bit = group / 2;
            var values = target.Slice(group * 16, 16);
            for (var l = 0; l < 16; l++)
                values[l] = scale * (((q[l] >> shift) & 3) - (((mask[l] >> bit) & 1) == 0 ? 4 : 0));
        }
    }

    // Block of 256: scale and minimum of the block; 8 scales and 8 minima of 6 bits in 12 bytes; 128 bytes of 4-bit values.
    private static void DecodeQ4K(ReadOnlySpan<byte> block, Span<float> target)
    {
        var d = Half(block);
        var min = Half(block[2..]);
        for (var group = 0; group < 8; group++)
        {
            var (scaleCode, minCode) = SixBits(block.Slice(4, 12), group);
            var scale = d * scaleCode;
            var offset = min * minCode;
            var q = block.Slice(16 + group / 2 * 32, 32);
            var shift = group % 2 * 4;
            var values = target.Slice(group * 32, 32);
            for (var l = 0; l < 32; l++)
                values[l] = scale * ((q[l] >> shift) & 15) - offset;
        }
    }

    // As Q4_K, with 32 bytes of fifth bits before the values.
    private static void DecodeQ5K(ReadOnlySpan<byte> block, Span<float> target)
    {
        var d = Half(block);
        var min = Half(block[2..]);
        var high = block.Slice(16, 32);
        for (var group = 0; group < 8; group++)
        {
            var (scaleCode, minCode) = SixBits(block.Slice(4, 12), group);
            var scale = d * scaleCode;
            var offset = min * minCode;
            var q = block.Slice(48 + group / 2 * 32, 32);
            var shift = group % 2 * 4;
            var values = target.Slice(group * 32, 32);
            for (var l = 0; l < 32; l++)
                values[l] = scale * (((q[l] >> shift) & 15) | ((high[l] >> group) & 1) << 4) - offset;
        }
    }

    // Block of 256: 128 bytes of lower four bits; 64 bytes of upper two bits; 16 signed scales for groups of 16; scale of the block.
    private static void DecodeQ6K(ReadOnlySpan<byte> block, Span<float> target)
    {
        var scales = MemoryMarshal.Cast<byte, sbyte>(block.Slice(192, 16));
        var d = Half(block[208..]);
        for (var group = 0; group < 16; group++)
        {
            // Eight groups to each half of 128 elements; four runs of 32 take the low and high halves of 64 bytes in turn.
            var half = group / 8;
            var run = group % 8 / 2;
            var within = group % 2 * 16;
            var low = block.Slice(half * 64 + run % 2 * 32 + within, 16);
            var high = block.Slice(128 + half * 32 + within, 16);
            var lowShift = run / 2 * 4;
            var highShift = run * 2;
            var scale = d * scales[group];
            var values = target.Slice(group * 16, 16);
            for (var l = 0; l < 16; l++)
                values[l] = scale * ((((low[l] >> lowShift) & 15) | ((high[l] >> highShift) & 3) << 4) - 32);
        }
    }

    private static (int Scale, int Min) SixBits(ReadOnlySpan<byte> packed, int group) => group < 4
        ? (packed[group] & 63, packed[group + 4] & 63)
        : ((packed[group + 4] & 15) | packed[group - 4] >> 6 << 4, (packed[group + 4] >> 4) | packed[group] >> 6 << 4);
}
