using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Jupyter;

/// <summary>Turns messages into frames and frames into messages. Safe for several threads.</summary>
public sealed class MessageCodec
{
    private const int FixedFrames = 5;
    private readonly MessageSigner _signer;

    /// <summary>Creates a codec.</summary>
    /// <param name="signer">Signs and checks; stays the caller's.</param>
    /// <param name="limits">What a message may ask; <see langword="null"/> for <see cref="MessageLimits.Default"/>.</param>
    public MessageCodec(MessageSigner signer, MessageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(signer);
        _signer = signer;
        Limits = limits ?? MessageLimits.Default;
    }

    /// <summary>What a message may ask.</summary>
    public MessageLimits Limits { get; }

    /// <summary>The signed frames of a message.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Routing frames, delimiter, signature, header, parent header, metadata, content, buffers.</returns>
    public IReadOnlyList<byte[]> Encode(JupyterMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var header = JsonFrame.Write(message.Header.ToJson());
        var parent = message.ParentHeader is null ? "{}"u8.ToArray() : JsonFrame.Write(message.ParentHeader.ToJson());
        var metadata = JsonFrame.Write(message.Metadata);
        var content = JsonFrame.Write(message.Content);
        return
        [
            .. message.Identities, JupyterProtocol.Delimiter.ToArray(), _signer.Sign(header, parent, metadata, content), header, parent, metadata, content,
            .. message.Buffers,
        ];
    }

    /// <summary>Reads a message. Nothing that a peer can send makes this throw.</summary>
    /// <param name="frames">All its frames.</param>
    /// <param name="message">The message, if it can be trusted and is well formed.</param>
    /// <param name="rejection">Why it is dropped, if it is.</param>
    /// <returns>Whether there is a message.</returns>
    public bool TryDecode(
        IReadOnlyList<byte[]> frames, [NotNullWhen(true)] out JupyterMessage? message, [NotNullWhen(false)] out MessageRejection? rejection)
    {
        ArgumentNullException.ThrowIfNull(frames);
        message = null;
        rejection = CheckSize(frames);
        if (rejection is not null)
            return false;

        var delimiter = DelimiterIndex(frames);
        if (delimiter < 0 || frames.Count < delimiter + 1 + FixedFrames)
        {
            rejection = new(MessageRejectionReason.Incomplete, $"{frames.Count} frames, {(delimiter < 0 ? "none of them the delimiter" : $"the delimiter is the {delimiter + 1}th")}");
            return false;
        }

        var at = delimiter + 1;
        if (_signer.Check(frames[at], frames[at + 1], frames[at + 2], frames[at + 3], frames[at + 4]) is { } reason)
        {
            rejection = new(reason, reason == MessageRejectionReason.Replayed ? "its signature was seen before" : "its signature does not fit");
            return false;
        }

        return TryBuild(frames, at, out message, out rejection);
    }

    private bool TryBuild(
        IReadOnlyList<byte[]> frames, int at, [NotNullWhen(true)] out JupyterMessage? message, [NotNullWhen(false)] out MessageRejection? rejection)
    {
        message = null;
        var parts = new JsonObject[FixedFrames - 1];
        for (var part = 0; part < parts.Length; part++)
        {
            if (!JsonFrame.TryParse(frames[at + 1 + part], Limits.MaxDepth, out parts[part], out var fault))
            {
                rejection = new(MessageRejectionReason.MalformedJson, $"the {(part switch { 0 => "header", 1 => "parent header", 2 => "metadata", _ => "content" })}: {fault}");
                return false;
            }
        }

        MessageHeader? parent = null;
        if (!MessageHeader.TryRead(parts[0], out var header, out var missing) || (parts[1].Count > 0 && !MessageHeader.TryRead(parts[1], out parent, out missing)))
        {
            rejection = new(MessageRejectionReason.MalformedHeader, missing!);
            return false;
        }

        message = new JupyterMessage(header!, parts[3])
        {
            Identities = [.. frames.Take(at - 1)],
            ParentHeader = parent,
            Metadata = parts[2],
            Buffers = [.. frames.Skip(at + FixedFrames)],
        };
        rejection = null;
        return true;
    }

    private MessageRejection? CheckSize(IReadOnlyList<byte[]> frames)
    {
        if (frames.Count > Limits.MaxFrames)
            return new(MessageRejectionReason.TooManyFrames, $"more than {Limits.MaxFrames} frames");

        var bytes = frames.Sum(frame => (long)frame.Length);
        return bytes > Limits.MaxMessageBytes ? new(MessageRejectionReason.TooLarge, $"{bytes} bytes; at most {Limits.MaxMessageBytes} are allowed") : null;
    }

    private static int DelimiterIndex(IReadOnlyList<byte[]> frames)
    {
        for (var index = 0; index < frames.Count; index++)
        {
            if (frames[index].AsSpan().SequenceEqual(JupyterProtocol.Delimiter))
                return index;
        }

        return -1;
    }
}
