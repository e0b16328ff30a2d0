using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace ICAE.Lab.Formats;

/// <summary>Writes safetensors files: beside, to the disk, then renamed over, one tensor in memory at a time.</summary>
public static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>Writes tensors in the order given; the same tensors and metadata give the same bytes.</summary>
    /// <param name="path">The file; an existing one is replaced once the new one is whole.</param>
    /// <param name="tensors">Names and values. Tensors may lie on any device and be views; of a view its own values alone are written.</param>
    /// <param name="metadata">What goes into <c>__metadata__</c>, sorted by key; <see langword="null"/> or empty for none.</param>
    /// <exception cref="ArgumentException">A name appears twice or is reserved, a tensor has no values or a type that the format lacks.</exception>
    /// <exception cref="IcaeException">The file cannot be written; an older one stays as it was.</exception>
    public static void Write(
        string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        KeyValuePair<string, Tensor>[] all = [.. tensors];
        var header = Header(all, metadata);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header.Span);
            foreach (var (_, tensor) in all)
            {
                using var scope = NewDisposeScope();
                using var values = tensor.detach().to(CPU).contiguous();
                TensorMemory.Visit(values, (_, piece) => stream.Write(piece));
            }
        });
    }

    /// <summary>Puts tensors into the order in which the reference library writes them: wide types first, then by name.</summary>
    /// <param name="tensors">Names and values.</param>
    /// <returns>The same pairs, sorted.</returns>
    public static IReadOnlyList<KeyValuePair<string, Tensor>> InReferenceOrder(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return
        [
            .. tensors
                .OrderByDescending(pair => SafetensorsTypes.Rank(SafetensorsTypes.NameOf(pair.Value.dtype)))
                .ThenBy(pair => pair.Key, StringComparer.Ordinal),
        ];
    }

    private static ReadOnlyMemory<byte> Header(KeyValuePair<string, Tensor>[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        buffer.Write(stackalloc byte[Alignment]);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            WriteEntries(json, tensors);
            json.WriteEndObject();
        }

        var padding = -buffer.WrittenCount & (Alignment - 1);
        var spaces = buffer.GetSpan(Alignment);
        spaces[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        var length = buffer.WrittenCount - Alignment;
        if (length > SafetensorsFile.MaxHeaderBytes)
            throw new ArgumentException($"the header would have {length} bytes; at most {SafetensorsFile.MaxHeaderBytes} are allowed", nameof(tensors));

        var bytes = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)length);
        return bytes;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null || metadata.Count == 0)
            return;

        json.WriteStartObject("__metadata__");
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(WellFormed(key), WellFormed(value));
        json.WriteEndObject();
    }

    private static void WriteEntries(Utf8JsonWriter json, KeyValuePair<string, Tensor>[] tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var offset = 0L;
        foreach (var (name, tensor) in tensors)
        {
            if (name == "__metadata__")
                throw new ArgumentException("a tensor may not be called __metadata__", nameof(tensors));

            if (!names.Add(name))
                throw new ArgumentException($"two tensors are called {FileChecks.Quote(name)}", nameof(tensors));

            if (tensor.device_type == TorchSharp.DeviceType.META)
                throw new ArgumentException($"the tensor {FileChecks.Quote(name)} is on the meta device and has no values", nameof(tensors));

            json.WriteStartObject(WellFormed(name));
            json.WriteString("dtype", SafetensorsTypes.NameOf(tensor.dtype));
            json.WriteStartArray("shape");
            foreach (var size in tensor.shape)
                json.WriteNumberValue(size);
            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(offset);
            offset += tensor.NumberOfElements * tensor.ElementSize;
            json.WriteNumberValue(offset);
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static string WellFormed(string text)
    {
        if (HasLoneSurrogate(text))
            throw new ArgumentException($"the text {FileChecks.Quote(text)} holds half of a surrogate pair");

        return text;
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]))
                return true;
        }

        return false;
    }
}
