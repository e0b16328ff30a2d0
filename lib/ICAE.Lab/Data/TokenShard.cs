using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ICAE.Lab.Data;

/// <summary>
/// Documents as token ids in a file mapped into memory, written by <see cref="TokenShardWriter"/>. Opening checks that lengths, offsets
/// and names fit together, and allocates nothing that the file's own size does not justify; ids are checked against the vocabulary as they are
/// read, and <see cref="Verify"/> compares the whole file with its recorded hash. Reading is safe from several threads.
/// </summary>
public sealed unsafe class TokenShard : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _bytes;
    private readonly long _length;
    private readonly int _idBytes;
    private readonly long _offsetsAt;
    private readonly string[] _names;
    private volatile bool _disposed;

    private TokenShard(string path, MemoryMappedFile map, MemoryMappedViewAccessor view, byte* bytes, long length)
    {
        Path = path;
        _map = map;
        _view = view;
        _bytes = bytes;
        _length = length;
        var header = new ReadOnlySpan<byte>(bytes, TokenShardLayout.HeaderLength);
        if (!header[..TokenShardLayout.Magic.Length].SequenceEqual(TokenShardLayout.Magic))
            throw new MalformedFileException(path, "byte 0", "not a token shard: the magic ICAESHRD is missing");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[TokenShardLayout.VersionAt..]);
        if (version > TokenShardLayout.Version)
        {
            throw new MalformedFileException(path, $"byte {TokenShardLayout.VersionAt}",
                $"format version {version} is newer than {TokenShardLayout.Version}, the newest that this library reads");
        }
        if (version == 0)
            throw new MalformedFileException(path, $"byte {TokenShardLayout.VersionAt}", "format version 0 does not exist");
        VocabularySize = (int)Field(header, TokenShardLayout.VocabularyAt, "the vocabulary size", int.MaxValue);
        DocumentCount = (int)Field(header, TokenShardLayout.DocumentCountAt, "the document count", Math.Min(length / 8, int.MaxValue - 1));
        TokenCount = Field(header, TokenShardLayout.TokenCountAt, "the token count", length / 2);
        _idBytes = IdBytes(header);
        _offsetsAt = Field(header, TokenShardLayout.OffsetsAt, "the place of the offsets", length);
        var namesAt = Field(header, TokenShardLayout.NamesAt, "the place of the names", length);
        var namesLength = Field(header, TokenShardLayout.NamesLengthAt, "the length of the names", Math.Min(length, int.MaxValue));
        Expect(_offsetsAt, (TokenShardLayout.HeaderLength + (TokenCount * _idBytes) + 7) & ~7L, TokenShardLayout.OffsetsAt, "the offsets start");
        Expect(namesAt, _offsetsAt + ((DocumentCount + 1L) * 8), TokenShardLayout.NamesAt, "the names start");
        Expect(namesAt + namesLength, length, TokenShardLayout.NamesLengthAt, "the names end");
        CheckOffsets();
        _names = ReadNames(new ReadOnlySpan<byte>(bytes + namesAt, (int)namesLength), namesAt);
        Fingerprint = Convert.ToHexStringLower(header.Slice(TokenShardLayout.FingerprintAt, TokenShardLayout.HashLength));
        Sha256 = Convert.ToHexStringLower(header.Slice(TokenShardLayout.Sha256At, TokenShardLayout.HashLength));
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>How many tokens all documents have together.</summary>
    public long TokenCount { get; }

    /// <summary>How many documents there are.</summary>
    public int DocumentCount { get; }

    /// <summary>One more than the largest id the tokenizer has.</summary>
    public int VocabularySize { get; }

    /// <summary>The fingerprint of the tokenizer that made the ids, 64 hexadecimal digits.</summary>
    public string Fingerprint { get; }

    /// <summary>The recorded SHA-256 of the shard's content, 64 hexadecimal digits: what a run writes down to know its data again.</summary>
    public string Sha256 { get; }

    /// <summary>Opens a shard.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The shard; the caller disposes it.</returns>
    /// <exception cref="MalformedFileException">The file is no shard, is cut or corrupt, or has a newer format version.</exception>
    /// <exception cref="IcaeException">There is no such file, or it may not be read.</exception>
    public static TokenShard Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{path}: the token shard cannot be opened: {error.Message}", error);
        }
        if (!file.CanSeek)
        {
            file.Dispose();
            throw new MalformedFileException(path, "", "this is a pipe, not a file");
        }
        var length = file.Length;
        if (length < TokenShardLayout.HeaderLength)
        {
            file.Dispose();
            throw new MalformedFileException(path, $"byte {length}",
                $"the file ends inside the header of {TokenShardLayout.HeaderLength} bytes");
        }
        var map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        var view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* bytes = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref bytes);
        try
        {
            return new TokenShard(path, map, view, bytes + view.PointerOffset, length);
        }
        catch
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            map.Dispose();
            throw;
        }
    }

    /// <summary>Where a document lies.</summary>
    /// <param name="document">0 … <see cref="DocumentCount"/> - 1.</param>
    /// <returns>Its first token and its length, in tokens; the length may be 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such document.</exception>
    public (long Start, long Length) Document(int document)
    {
        CheckDocument(document);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var start = Offset(document);
        return (start, Offset(document + 1) - start);
    }

    /// <summary>A document's name.</summary>
    /// <param name="document">0 … <see cref="DocumentCount"/> - 1.</param>
    /// <returns>Its name.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such document.</exception>
    public string DocumentName(int document)
    {
        CheckDocument(document);
        return _names[document];
    }

    /// <summary>Reads ids.</summary>
    /// <param name="start">The first token, counted over all documents.</param>
    /// <param name="destination">Takes the ids; its length says how many.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tokens asked for are not all in the shard.</exception>
    /// <exception cref="MalformedFileException">An id is outside the vocabulary.</exception>
    public void Read(long start, Span<int> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, TokenCount - destination.Length);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var source = new ReadOnlySpan<byte>(
            _bytes + TokenShardLayout.HeaderLength + (start * _idBytes), checked(destination.Length * _idBytes));
        for (var i = 0; i < destination.Length; i++)
        {
            var id = _idBytes == 2
                ? BinaryPrimitives.ReadUInt16LittleEndian(source[(2 * i)..])
                : BinaryPrimitives.ReadUInt32LittleEndian(source[(4 * i)..]);
            if (id >= (uint)VocabularySize)
                throw new MalformedFileException(Path, $"token {start + i}", $"id {id} is outside the vocabulary of {VocabularySize}");
            destination[i] = (int)id;
        }
    }

    /// <summary>Reads ids into a new array.</summary>
    /// <param name="start">The first token, counted over all documents.</param>
    /// <param name="count">How many.</param>
    /// <returns>The ids.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The tokens asked for are not all in the shard.</exception>
    /// <exception cref="MalformedFileException">An id is outside the vocabulary.</exception>
    public int[] Read(long start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, TokenCount);
        var ids = new int[count];
        Read(start, ids);
        return ids;
    }

    /// <summary>Reads the whole file and compares it with <see cref="Sha256"/>.</summary>
    /// <param name="cancellationToken">Looked at every megabyte.</param>
    /// <exception cref="MalformedFileException">The content is not what was written.</exception>
    public void Verify(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long at = TokenShardLayout.HeaderLength; at < _length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var part = (int)Math.Min(1 << 20, _length - at);
            hash.AppendData(new ReadOnlySpan<byte>(_bytes + at, part));
            at += part;
        }
        var header = new ReadOnlySpan<byte>(_bytes, TokenShardLayout.HeaderLength).ToArray();
        header.AsSpan(TokenShardLayout.Sha256At, TokenShardLayout.HashLength).Clear();
        hash.AppendData(header);
        var actual = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (actual != Sha256)
            throw new MalformedFileException(Path, "", $"the content has SHA-256 {actual}, but {Sha256} was recorded when it was written");
    }

    /// <summary>Unmaps the file.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }

    private long Field(ReadOnlySpan<byte> header, int at, string what, long largest)
    {
        var value = BinaryPrimitives.ReadUInt64LittleEndian(header[at..]);
        if (value > (ulong)largest)
            throw new MalformedFileException(Path, $"byte {at}", $"{what} is {value}, more than a file of {_length} bytes can have");
        return (long)value;
    }

    private int IdBytes(ReadOnlySpan<byte> header)
    {
        if (VocabularySize < 1)
            throw new MalformedFileException(Path, $"byte {TokenShardLayout.VocabularyAt}", "the vocabulary is empty");
        var width = BinaryPrimitives.ReadUInt32LittleEndian(header[TokenShardLayout.IdBytesAt..]);
        var expected = VocabularySize <= TokenShardLayout.NarrowVocabulary ? 2 : 4;
        if (width != expected)
        {
            throw new MalformedFileException(Path, $"byte {TokenShardLayout.IdBytesAt}",
                $"an id of {width} bytes does not go with a vocabulary of {VocabularySize}, which takes {expected}");
        }
        return expected;
    }

    private void Expect(long actual, long expected, int at, string what)
    {
        if (actual != expected)
            throw new MalformedFileException(Path, $"byte {at}", $"{what} at byte {actual}, where {expected} fits the counts and the file's length");
    }

    private void CheckOffsets()
    {
        var previous = 0L;
        for (var document = 0; document <= DocumentCount; document++)
        {
            var offset = Offset(document);
            if (offset < previous || offset > TokenCount || (document == 0 && offset != 0))
            {
                throw new MalformedFileException(Path, $"byte {_offsetsAt + (document * 8L)}",
                    $"document {document} starts at token {offset}, after one at {previous}, in a shard of {TokenCount}");
            }
            previous = offset;
        }
        if (previous != TokenCount)
            throw new MalformedFileException(Path, $"byte {_offsetsAt + (DocumentCount * 8L)}", $"the documents end at token {previous} of {TokenCount}");
    }

    private long Offset(int document) =>
        BinaryPrimitives.ReadInt64LittleEndian(new ReadOnlySpan<byte>(_bytes + _offsetsAt + (document * 8L), 8));

    private string[] ReadNames(ReadOnlySpan<byte> json, long at)
    {
        var names = new string[DocumentCount];
        var count = 0;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 2 });
            Require(reader.Read() && reader.TokenType == JsonTokenType.StartObject, "the names are no JSON object");
            Require(reader.Read() && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("documents"u8),
                "the key \"documents\" is missing");
            Require(reader.Read() && reader.TokenType == JsonTokenType.StartArray, "\"documents\" is no array");
            while (reader.Read() && reader.TokenType == JsonTokenType.String)
            {
                Require(count < names.Length, $"there are more names than the {DocumentCount} documents");
                names[count++] = reader.GetString()!;
            }
            Require(reader.TokenType == JsonTokenType.EndArray, "a document's name is no string");
            Require(reader.Read() && reader.TokenType == JsonTokenType.EndObject && !reader.Read(), "the names have more than \"documents\"");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            throw new MalformedFileException(Path, $"byte {at}", $"the names are not valid JSON: {error.Message}", error);
        }
        Require(count == names.Length, $"there are {count} names for {DocumentCount} documents");
        return names;

        void Require(bool holds, string cause)
        {
            if (!holds)
                throw new MalformedFileException(Path, $"byte {at}", cause);
        }
    }

    private void CheckDocument(int document)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(document);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(document, DocumentCount);
    }
}
