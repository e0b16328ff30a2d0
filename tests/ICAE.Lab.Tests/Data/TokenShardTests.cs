using System.Buffers.Binary;
using System.Text;
using FsCheck.Xunit;
using ICAE.Lab.Data;

namespace ICAE.Lab.Tests.Data;

public sealed class TokenShardTests : IDisposable
{
    private static readonly string Fingerprint = new('a', 64);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_a_killed_process_left_of_a_shard_goes_and_what_is_being_written_stays()
    {
        var path = _folder.File("shard");
        File.WriteAllText(path + ".0123.partial", "left behind");
        using var other = new TokenShardWriter(path, 300, Fingerprint);
        Assert.Single(Partial());

        using (var writer = new TokenShardWriter(path, 300, Fingerprint))
        {
            Assert.Equal(2, Partial().Length);
            writer.Complete();
        }

        other.Complete();
        Assert.Empty(Partial());

        string[] Partial() => Directory.GetFiles(Path.GetDirectoryName(path)!, "*.partial");
    }

    [Fact]
    public void A_shard_holds_what_was_written()
    {
        var tokenizer = new ByteTokenizer();
        var path = _folder.File("a.shard");
        TextDocument[] documents = [new("one", "It was\na bright day."), new("two", ""), new("drei \"ü\"", "Köln")];
        var reports = new List<TokenShardProgress>();
        var written = TokenShardWriter.Write(path, tokenizer, documents, progress: new Reporter(reports));

        using var shard = TokenShard.Open(path);
        Assert.Equal(3, shard.DocumentCount);
        Assert.Equal(20 + 5, shard.TokenCount);
        Assert.Equal(new TokenShardProgress(3, 25, 24), written);
        Assert.Equal([new(0, 20, 20), new(2, 25, 24), written], reports);
        Assert.Equal(257, shard.VocabularySize);
        Assert.Equal(tokenizer.Fingerprint, shard.Fingerprint);
        Assert.Equal(["one", "two", "drei \"ü\""], Enumerable.Range(0, 3).Select(shard.DocumentName));
        Assert.Equal([(0, 20), (20, 0), (20, 5)], Enumerable.Range(0, 3).Select(shard.Document));
        Assert.Equal("Köln", tokenizer.Decode(shard.Read(20, 5)));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
        shard.Verify();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(int.MaxValue)]
    public void Ids_take_two_bytes_up_to_a_vocabulary_of_65536_and_four_above(int vocabulary)
    {
        var path = _folder.File("a.shard");
        int[] ids = [0, vocabulary - 1, vocabulary / 2];
        WriteIds(path, vocabulary, ids);

        using var shard = TokenShard.Open(path);
        Assert.Equal(ids, shard.Read(0, 3));
        Assert.Equal(128 + (vocabulary <= 65_536 ? 8 : 16) + 16 + Encoding.UTF8.GetByteCount("""{"documents":["a"]}"""), new FileInfo(path).Length);
    }

    [Property(MaxTest = 40)]
    public bool Any_documents_come_back(ushort[][] documents)
    {
        var path = _folder.File("p.shard");
        using (var writer = new TokenShardWriter(path, 65_536, Fingerprint))
        {
            foreach (var document in documents)
            {
                writer.BeginDocument(document.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
                writer.Append(document.Select(id => (int)id).ToArray());
            }
            writer.Complete();
        }
        using var shard = TokenShard.Open(path);
        shard.Verify();
        return shard.DocumentCount == documents.Length
            && documents.Select((d, i) => shard.Read(shard.Document(i).Start, (int)shard.Document(i).Length).SequenceEqual(d.Select(id => (int)id))).All(equal => equal);
    }

    [Fact]
    public void The_hash_follows_the_content()
    {
        WriteIds(_folder.File("a"), 300, [1, 2, 3]);
        WriteIds(_folder.File("b"), 300, [1, 2, 3]);
        WriteIds(_folder.File("c"), 300, [1, 2, 4]);
        using var a = TokenShard.Open(_folder.File("a"));
        using var b = TokenShard.Open(_folder.File("b"));
        using var c = TokenShard.Open(_folder.File("c"));

        Assert.Equal(64, a.Sha256.Length);
        Assert.Equal(a.Sha256, b.Sha256);
        Assert.NotEqual(a.Sha256, c.Sha256);
    }

    [Fact]
    public void Cancelling_leaves_nothing_behind()
    {
        using var source = new CancellationTokenSource();
        var path = _folder.File("a.shard");

        Assert.Throws<OperationCanceledException>(() => TokenShardWriter.Write(path, new ByteTokenizer(), Documents(), cancellationToken: source.Token));
        Assert.Empty(Directory.GetFiles(_folder.Path));

        IEnumerable<TextDocument> Documents()
        {
            yield return new TextDocument("a", "a");
            source.Cancel();
            yield return new TextDocument("b", "b");
        }
    }

    [Fact]
    public void An_older_shard_stays_when_a_new_one_fails()
    {
        var path = _folder.File("a.shard");
        WriteIds(path, 300, [1, 2, 3]);
        using (var writer = new TokenShardWriter(path, 300, Fingerprint))
        {
            writer.BeginDocument("x");
            Assert.Throws<ArgumentOutOfRangeException>(() => writer.Append([5, 300]));
        }

        using var shard = TokenShard.Open(path);
        Assert.Equal([1, 2, 3], shard.Read(0, 3));
    }

    [Fact]
    public void A_writer_refuses_wrong_use()
    {
        using var writer = new TokenShardWriter(_folder.File("a"), 10, Fingerprint);
        Assert.Throws<InvalidOperationException>(() => writer.Append([1]));
        Assert.Throws<ArgumentException>(() => new TokenShardWriter(_folder.File("b"), 10, "abc"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenShardWriter(_folder.File("b"), 0, Fingerprint));
        writer.Complete();
        Assert.Throws<InvalidOperationException>(() => writer.BeginDocument("late"));
    }

    [Fact]
    public void Reading_outside_is_refused()
    {
        var path = _folder.File("a");
        WriteIds(path, 300, [1, 2, 3]);
        var shard = TokenShard.Open(path);

        Assert.Throws<ArgumentOutOfRangeException>(() => shard.Read(2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => shard.Read(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => shard.Read(long.MaxValue, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => shard.Read(0, int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => shard.Document(1));
        shard.Dispose();
        shard.Dispose();
        Assert.Throws<ObjectDisposedException>(() => shard.Read(0, 1));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var error = Assert.Throws<IcaeException>(() => TokenShard.Open(_folder.File("none.shard")));

        Assert.Contains("none.shard", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A field of a good shard of 3 + 0 + 2 ids (16-bit) is overwritten; the message names the place and the cause.</summary>
    [Theory]
    [InlineData(0, 0x4141414141414141, "byte 0", "magic")]
    [InlineData(8, 0x0000000200000002, "byte 8", "newer than 1")]
    [InlineData(8, 0x0000000200000000, "byte 8", "version 0")]
    [InlineData(8, 0x0000000400000001, "byte 12", "4 bytes")]
    [InlineData(16, 0, "byte 16", "empty")]
    [InlineData(16, 70_000, "byte 12", "takes 4")]
    [InlineData(16, long.MaxValue, "byte 16", "vocabulary size")]
    [InlineData(24, long.MaxValue, "byte 24", "document count")]
    [InlineData(24, -1, "byte 24", "document count")]
    [InlineData(24, 2, "byte 48", "names start")]
    [InlineData(32, long.MaxValue, "byte 32", "token count")]
    [InlineData(32, 60, "byte 40", "offsets start")]
    [InlineData(32, 8, "byte 168", "end at token 5 of 8")]
    [InlineData(40, long.MaxValue, "byte 40", "offsets")]
    [InlineData(40, 8, "byte 40", "offsets start")]
    [InlineData(48, 1, "byte 48", "names start")]
    [InlineData(56, 1, "byte 56", "names end")]
    [InlineData(56, long.MaxValue, "byte 56", "names")]
    [InlineData(144, 1, "byte 144", "document 0")]
    [InlineData(152, 6, "byte 152", "document 1")]
    [InlineData(152, -1, "byte 152", "document 1")]
    [InlineData(160, 2, "byte 160", "document 2")]
    [InlineData(176, 0x4141414141414141, "byte 176", "JSON")]
    public void Hostile_fields_are_refused(int at, long value, string place, string cause)
    {
        var path = _folder.File("a.shard");
        var bytes = GoodShard(path);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), value);
        File.WriteAllBytes(path, bytes);

        var error = Assert.Throws<MalformedFileException>(() => TokenShard.Open(path));
        Assert.Equal(place, error.Place);
        Assert.Contains(cause, error.Cause, StringComparison.Ordinal);
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"documents":["a","b"]}""", "2 names")]
    [InlineData("""{"documents":["a","b","c","d"]}""", "more names")]
    [InlineData("""{"documents":["a","b",3]}""", "no string")]
    [InlineData("""{"documents":{}}""", "no array")]
    [InlineData("""{"names":[]}""", "missing")]
    [InlineData("""[[[[[[]]]]]]""", "no JSON object")]
    [InlineData("""{"documents":["a","b","c"],"x":1}""", "more than")]
    [InlineData("""{"documents":["a","b","\ud800"]}""", "JSON")]
    [InlineData("""{"documents":["a","b","c"]} {}""", "JSON")]
    public void Hostile_names_are_refused(string names, string cause)
    {
        var path = _folder.File("a.shard");
        var bytes = GoodShard(path)[..176].Concat(Encoding.UTF8.GetBytes(names)).ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(56), names.Length);
        File.WriteAllBytes(path, bytes);

        var error = Assert.Throws<MalformedFileException>(() => TokenShard.Open(path));
        Assert.Equal("byte 176", error.Place);
        Assert.Contains(cause, error.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cut_is_refused()
    {
        var path = _folder.File("a.shard");
        var bytes = GoodShard(path);
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Throws<MalformedFileException>(() => TokenShard.Open(path));
        }
        File.WriteAllBytes(path, [.. bytes, 0]);
        Assert.Throws<MalformedFileException>(() => TokenShard.Open(path));
    }

    [Fact]
    public void Every_changed_byte_is_found()
    {
        var path = _folder.File("a.shard");
        var bytes = GoodShard(path);
        for (var at = 0; at < bytes.Length; at++)
        {
            var changed = bytes.ToArray();
            changed[at] ^= 1;
            File.WriteAllBytes(path, changed);
            Assert.Throws<MalformedFileException>(() =>
            {
                using var shard = TokenShard.Open(path);
                shard.Verify();
            });
        }
    }

    [Fact]
    public void An_id_outside_the_vocabulary_is_found_when_it_is_read()
    {
        var path = _folder.File("a.shard");
        var bytes = GoodShard(path);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(128 + 8), 300);
        File.WriteAllBytes(path, bytes);

        using var shard = TokenShard.Open(path);
        Assert.Equal([1, 2, 3, 4], shard.Read(0, 4));
        var error = Assert.Throws<MalformedFileException>(() => shard.Read(3, 2));
        Assert.Equal("token 4", error.Place);
        Assert.Contains("vocabulary of 300", error.Cause, StringComparison.Ordinal);
    }

    private static byte[] GoodShard(string path)
    {
        using (var writer = new TokenShardWriter(path, 300, Fingerprint))
        {
            writer.BeginDocument("a");
            writer.Append([1, 2, 3]);
            writer.BeginDocument("b");
            writer.BeginDocument("c");
            writer.Append([4, 5]);
            writer.Complete();
        }
        return File.ReadAllBytes(path);
    }

    private static void WriteIds(string path, int vocabulary, int[] ids)
    {
        using var writer = new TokenShardWriter(path, vocabulary, Fingerprint);
        writer.BeginDocument("a");
        writer.Append(ids);
        writer.Complete();
    }

    private sealed class Reporter(List<TokenShardProgress> reports) : IProgress<TokenShardProgress>
    {
        public void Report(TokenShardProgress value) => reports.Add(value);
    }
}
