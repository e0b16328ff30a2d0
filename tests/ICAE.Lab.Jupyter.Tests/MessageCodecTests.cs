using System.Text;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Jupyter.Tests;

public sealed class MessageCodecTests : IDisposable
{
    private readonly MessageSigner _signer = new("key");
    private readonly MessageSigner _other = new("key");

    public void Dispose()
    {
        _signer.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void What_is_encoded_is_decoded()
    {
        var request = JupyterMessage.Request("s", "execute_request", new JsonObject { ["code"] = "\"é\" + '\u20ac' + 😀", ["n"] = 1.0 });
        var sent = new JupyterMessage(MessageHeader.Create("t", "stream"), new JsonObject { ["text"] = "x\n" })
        {
            Identities = [[0, 1, 2], [3]],
            ParentHeader = request.Header,
            Metadata = new JsonObject { ["a"] = new JsonArray(1, "b", null, true) },
            Buffers = [[9, 8], []],
        };

        var received = Decoded(new MessageCodec(_signer).Encode(sent));

        Assert.Equal(sent.Header, received.Header);
        Assert.Equal(request.Header, received.ParentHeader);
        Assert.Equal(sent.Identities, received.Identities);
        Assert.Equal(sent.Buffers, received.Buffers);
        Assert.True(JsonNode.DeepEquals(sent.Metadata, received.Metadata));
        Assert.True(JsonNode.DeepEquals(sent.Content, received.Content));
        Assert.Null(Decoded(new MessageCodec(_signer).Encode(request)).ParentHeader);
    }

    [Fact]
    public void The_signature_is_that_of_other_implementations()
    {
        // HMAC-SHA256 of "{"a":1}{}{}{"b":2}" under the key "key", computed with Python's hmac module.
        var signature = _signer.Sign("{\"a\":1}"u8, "{}"u8, "{}"u8, "{\"b\":2}"u8);

        Assert.Equal("0206f42f4ae2a48f6054ab91271f90c100f7022f55fb1f23de6377624d533752", Encoding.ASCII.GetString(signature));
    }

    [Fact]
    public void A_message_is_accepted_once()
    {
        var frames = new MessageCodec(_signer).Encode(JupyterMessage.Request("s", "kernel_info_request"));

        Decoded(frames);

        Assert.Equal(MessageRejectionReason.Replayed, Rejected(frames));
    }

    [Fact]
    public void Unsigned_messages_are_accepted_only_where_there_is_no_key()
    {
        using var unsigned = new MessageSigner("");
        var frames = new MessageCodec(unsigned).Encode(JupyterMessage.Request("s", "kernel_info_request"));

        Assert.True(new MessageCodec(unsigned).TryDecode(frames, out _, out _));
        Assert.Equal(MessageRejectionReason.BadSignature, Rejected(frames));
    }

    [Fact]
    public void Every_changed_bit_and_every_cut_is_noticed()
    {
        var frames = new MessageCodec(_signer).Encode(JupyterMessage.Request("s", "kernel_info_request", new JsonObject { ["x"] = 1 }));
        for (var frame = 1; frame < frames.Count; frame++)
        {
            for (var at = 0; at < frames[frame].Length; at++)
            {
                var changed = frames.Select(bytes => (byte[])bytes.Clone()).ToArray();
                changed[frame][at] ^= 1;
                Assert.Equal(MessageRejectionReason.BadSignature, Rejected(changed));
            }

            Assert.Equal(MessageRejectionReason.Incomplete, Rejected([.. frames.Take(frame)]));
        }

        Assert.Equal(MessageRejectionReason.Incomplete, Rejected([.. frames.Skip(1)]));
        Assert.Equal(MessageRejectionReason.Incomplete, Rejected([]));
        Decoded(frames);
    }

    [Theory]
    [InlineData("[]", MessageRejectionReason.MalformedJson)]
    [InlineData("{\"a\":1", MessageRejectionReason.MalformedJson)]
    [InlineData("{\"a\":1,\"a\":2}", MessageRejectionReason.MalformedJson)]
    [InlineData("", MessageRejectionReason.MalformedJson)]
    [InlineData("{}", MessageRejectionReason.MalformedHeader)]
    [InlineData("{\"msg_id\":\"1\"}", MessageRejectionReason.MalformedHeader)]
    [InlineData("{\"msg_id\":1,\"msg_type\":\"x\"}", MessageRejectionReason.MalformedHeader)]
    [InlineData("{\"msg_id\":\"1\",\"msg_type\":\"\"}", MessageRejectionReason.MalformedHeader)]
    [InlineData("{\"msg_id\":\"1\",\"msg_type\":null}", MessageRejectionReason.MalformedHeader)]
    public void Signed_nonsense_is_rejected_with_its_reason(string header, MessageRejectionReason reason) => Assert.Equal(reason, Rejected(Signed(header, "{}")));

    [Fact]
    public void Text_that_is_no_utf8_is_rejected()
    {
        byte[] content = [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        Assert.Equal(MessageRejectionReason.MalformedJson, Rejected(Signed("{\"msg_id\":\"1\",\"msg_type\":\"x\"}"u8.ToArray(), content)));
    }

    [Fact]
    public void Deep_nesting_is_rejected()
    {
        var content = "{\"a\":" + new string('[', 100_000) + new string(']', 100_000) + "}";

        Assert.Equal(MessageRejectionReason.MalformedJson, Rejected(Signed("{\"msg_id\":\"1\",\"msg_type\":\"x\"}", content)));
    }

    [Theory]
    [InlineData("\\ud83d\\ude00", "😀")]
    [InlineData("\\ud83d", "\uFFFD")]
    [InlineData("a\\ude00\\ud83db", "a\uFFFD\uFFFDb")]
    [InlineData("\\\\ud83d", "\\ud83d")]
    [InlineData("\\ud83d\\n", "\uFFFD\n")]
    public void Half_surrogate_pairs_become_replacement_characters(string written, string read)
    {
        var message = Decoded(Signed("{\"msg_id\":\"1\",\"msg_type\":\"x\"}", $$"""{"text":"{{written}}"}"""));

        Assert.Equal(read, message.Content["text"]!.GetValue<string>());
    }

    [Fact]
    public void Half_a_surrogate_pair_in_a_text_can_be_sent()
    {
        var frames = new MessageCodec(_signer).Encode(JupyterMessage.Request("s", "x", new JsonObject { ["a"] = "b\ud83d" }));

        Assert.Equal("b\uFFFD", Decoded(frames).Content["a"]!.GetValue<string>());
    }

    [Fact]
    public void Limits_hold()
    {
        var codec = new MessageCodec(_signer, new MessageLimits(8, 1000, 1000, 10));
        var frames = codec.Encode(JupyterMessage.Request("s", "x"));

        Assert.False(codec.TryDecode([.. frames, [1], [2], [3]], out _, out var many));
        Assert.Equal(MessageRejectionReason.TooManyFrames, many.Reason);
        Assert.False(codec.TryDecode([.. frames, new byte[1000]], out _, out var large));
        Assert.Equal(MessageRejectionReason.TooLarge, large.Reason);
        Assert.True(codec.TryDecode(frames, out _, out _));
    }

    [Fact]
    public void Random_frames_never_throw()
    {
        var random = new Random(5);
        var codec = new MessageCodec(_signer);
        for (var round = 0; round < 2000; round++)
        {
            var frames = Enumerable.Range(0, random.Next(9)).Select(_ => Bytes(random)).ToList();
            if (random.Next(2) == 0)
                frames.Insert(random.Next(frames.Count + 1), "<IDS|MSG>"u8.ToArray());
            Assert.False(codec.TryDecode(frames, out _, out var rejection));
            Assert.NotEmpty(rejection.Detail);
        }
    }

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[random.Next(70)];
        random.NextBytes(bytes);
        return bytes;
    }

    private JupyterMessage Decoded(IReadOnlyList<byte[]> frames)
    {
        Assert.True(new MessageCodec(_other).TryDecode(frames, out var message, out var rejection), rejection?.ToString());
        return message;
    }

    private MessageRejectionReason Rejected(IReadOnlyList<byte[]> frames)
    {
        Assert.False(new MessageCodec(_other).TryDecode(frames, out _, out var rejection));
        return rejection.Reason;
    }

    private List<byte[]> Signed(string header, string content) => Signed(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(content));

    private List<byte[]> Signed(byte[] header, byte[] content) =>
        ["<IDS|MSG>"u8.ToArray(), _signer.Sign(header, "{}"u8, "{}"u8, content), header, "{}"u8.ToArray(), "{}"u8.ToArray(), content];
}
