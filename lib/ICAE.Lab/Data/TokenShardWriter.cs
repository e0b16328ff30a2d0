using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Data;

/// <summary>
/// Writes a token shard: documents as ids in one file that <see cref="TokenShard"/> maps into memory. The file is written beside its
/// place and renamed by <see cref="Complete"/>, so a shard is whole or absent.
/// </summary>
public sealed class TokenShardWriter : IDisposable
{
    /// <summary>Longer texts are encoded in pieces of about this many characters.</summary>
    internal const int PieceLength = 1 << 16;

    private const string PartialSuffix = ".partial";

    private readonly string _path;
    private readonly string _partialPath;
    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly int _vocabularySize;
    private readonly byte[] _fingerprint;
    private readonly int _idBytes;
    private readonly List<long> _offsets = [];
    private readonly List<string> _names = [];
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _buffered;
    private long _tokens;
    private bool _finished;

    /// <summary>Starts a shard.</summary>
    /// <param name="path">Where the shard shall be; an older file there is replaced when the shard is complete.</param>
    /// <param name="vocabularySize">One more than the largest id; at least 1.</param>
    /// <param name="fingerprint">The tokenizer's fingerprint: 64 hexadecimal digits.</param>
    /// <exception cref="ArgumentException">The fingerprint is not 64 hexadecimal digits, or the vocabulary size is below 1.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public TokenShardWriter(string path, int vocabularySize, string fingerprint)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        _fingerprint = ParseFingerprint(fingerprint);
        _vocabularySize = vocabularySize;
        _idBytes = vocabularySize <= TokenShardLayout.NarrowVocabulary ? 2 : 4;
        _path = Path.GetFullPath(path);
        _partialPath = $"{_path}.{Guid.NewGuid():N}{PartialSuffix}";
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        DeleteLeftovers();
        _file = new FileStream(_partialPath, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1);
        _file.SetLength(TokenShardLayout.HeaderLength);
        _file.Position = TokenShardLayout.HeaderLength;
    }

    /// <summary>Tokens written so far.</summary>
    public long TokenCount => _tokens;

    /// <summary>Documents begun so far.</summary>
    public int DocumentCount => _names.Count;

    /// <summary>Encodes documents into a shard. No special tokens are added, and none are parsed from the text.</summary>
    /// <param name="path">Where the shard shall be.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="documents">The documents, read one after the other.</param>
    /// <param name="progress">Told after every piece.</param>
    /// <param name="cancellationToken">Looked at between pieces; nothing is left behind when it fires.</param>
    /// <returns>What was written.</returns>
    /// <remarks>
    /// The ids are always those of the whole text. Long texts are encoded in pieces of about 65,536 characters where that gives the same:
    /// for byte-level tokenizers behind a line feed between two characters that are not white space, for SentencePiece models at
    /// a single space. Other tokenizers, and those that look for added tokens across such places, encode each text as one piece.
    /// </remarks>
    public static TokenShardProgress Write(
        string path,
        ITextTokenizer tokenizer,
        IEnumerable<TextDocument> documents,
        IProgress<TokenShardProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(documents);
        using var writer = new TokenShardWriter(path, tokenizer.VocabularySize, tokenizer.Fingerprint);
        var cut = TextPieces.CutOf(tokenizer);
        var characters = 0L;
        foreach (var document in documents)
        {
            writer.BeginDocument(document.Name);
            foreach (var (start, length) in TextPieces.Of(document.Text, cut, PieceLength))
            {
                cancellationToken.ThrowIfCancellationRequested();
                writer.Append(tokenizer.Encode(document.Text.Substring(start, length)));
                progress?.Report(new TokenShardProgress(writer.DocumentCount - 1, writer.TokenCount, characters + start + length));
            }

            characters += document.Text.Length;
        }

        cancellationToken.ThrowIfCancellationRequested();
        writer.Complete();
        var written = new TokenShardProgress(writer.DocumentCount, writer.TokenCount, characters);
        progress?.Report(written);
        return written;
    }

    /// <summary>Begins the next document; what is appended from now on belongs to it.</summary>
    /// <param name="name">Its name.</param>
    public void BeginDocument(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        EnsureOpen();
        _names.Add(name);
        _offsets.Add(_tokens);
    }

    /// <summary>Appends ids to the document.</summary>
    /// <param name="ids">The ids, each from 0 to the vocabulary size - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">No document was begun, or the shard is complete.</exception>
    public void Append(ReadOnlySpan<int> ids)
    {
        EnsureOpen();
        if (_names.Count == 0)
            throw new InvalidOperationException("Begin a document before its ids are appended.");
        foreach (var id in ids)
        {
            if ((uint)id >= (uint)_vocabularySize)
                throw new ArgumentOutOfRangeException(nameof(ids), id, $"The id is outside the vocabulary of {_vocabularySize}.");
            if (_buffered == _buffer.Length)
                FlushBuffer();
            if (_idBytes == 2)
                BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(_buffered), (ushort)id);
            else
                BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_buffered), id);
            _buffered += _idBytes;
            _tokens++;
        }
    }

    /// <summary>Appends ids to the document.</summary>
    /// <param name="ids">The ids, each from 0 to the vocabulary size - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">No document was begun, or the shard is complete.</exception>
    public void Append(IReadOnlyList<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids is int[] array)
            Append(array.AsSpan());
        else if (ids is List<int> list)
            Append(CollectionsMarshal.AsSpan(list));
        else
            Append(ids.ToArray().AsSpan());
    }

    /// <summary>Writes offsets, names and header, forces the file onto the disk and moves it to its place.</summary>
    /// <exception cref="IOException">The disk is full or the place cannot be written.</exception>
    public void Complete()
    {
        EnsureOpen();
        FlushBuffer();
        var padding = (int)(-_file.Position & 7);
        WriteHashed(new byte[padding]);
        var offsetsAt = _file.Position;
        _offsets.Add(_tokens);
        Span<byte> word = stackalloc byte[8];
        foreach (var offset in _offsets)
        {
            BinaryPrimitives.WriteInt64LittleEndian(word, offset);
            if (_buffered + 8 > _buffer.Length)
                FlushBuffer();
            word.CopyTo(_buffer.AsSpan(_buffered));
            _buffered += 8;
        }
        FlushBuffer();
        var namesAt = _file.Position;
        WriteHashed(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, List<string>> { ["documents"] = _names }));
        var header = Header(offsetsAt, namesAt, _file.Position - namesAt);
        _hash.AppendData(header);
        _hash.GetHashAndReset().CopyTo(header.AsSpan(TokenShardLayout.Sha256At));
        _file.Position = 0;
        _file.Write(header);
        _file.Flush(flushToDisk: true);

        // Elsewhere it is held until it has its name: else another process could take it for a leftover.
        if (OperatingSystem.IsWindows())
            _file.Dispose();

        File.Move(_partialPath, _path, overwrite: true);
        _file.Dispose();
        _finished = true;
    }

    /// <summary>Ends the writing; a shard that is not complete is removed.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
        if (!_finished)
            File.Delete(_partialPath);
    }

    private static byte[] ParseFingerprint(string fingerprint)
    {
        ArgumentNullException.ThrowIfNull(fingerprint);
        if (fingerprint.Length != 2 * TokenShardLayout.HashLength || !fingerprint.All(char.IsAsciiHexDigit))
            throw new ArgumentException($"A tokenizer's fingerprint is 64 hexadecimal digits, not \"{fingerprint}\".", nameof(fingerprint));
        return Convert.FromHexString(fingerprint);
    }

    private byte[] Header(long offsetsAt, long namesAt, long namesLength)
    {
        var header = new byte[TokenShardLayout.HeaderLength];
        TokenShardLayout.Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(TokenShardLayout.VersionAt), TokenShardLayout.Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(TokenShardLayout.IdBytesAt), _idBytes);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(TokenShardLayout.VocabularyAt), _vocabularySize);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(TokenShardLayout.DocumentCountAt), _names.Count);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(TokenShardLayout.TokenCountAt), _tokens);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(TokenShardLayout.OffsetsAt), offsetsAt);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(TokenShardLayout.NamesAt), namesAt);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(TokenShardLayout.NamesLengthAt), namesLength);
        _fingerprint.CopyTo(header.AsSpan(TokenShardLayout.FingerprintAt));
        return header;
    }

    private void FlushBuffer()
    {
        WriteHashed(_buffer.AsSpan(0, _buffered));
        _buffered = 0;
    }

    private void WriteHashed(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _file.Write(bytes);
    }

    private void EnsureOpen()
    {
        if (_finished)
            throw new InvalidOperationException("The shard is complete already.");
        ObjectDisposedException.ThrowIf(!_file.CanWrite, this);
    }

    /// <summary>What killed processes left of this shard is deleted; what another process is writing is locked, and stays.</summary>
    private void DeleteLeftovers()
    {
        foreach (var leftover in Directory.EnumerateFiles(Path.GetDirectoryName(_path)!, Path.GetFileName(_path) + ".*" + PartialSuffix))
        {
            try
            {
                using (new FileStream(leftover, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1))
                    File.Delete(leftover);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // In use, or not ours.
            }
        }
    }
}
