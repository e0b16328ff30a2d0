namespace ICAE.Lab.Data;

/// <summary>
/// The token shard's file layout, little-endian:
/// <code>
///   0  8 bytes  magic "ICAESHRD"
///   8  uint32   format version
///  12  uint32   bytes of an id: 2 up to a vocabulary of 65,536, else 4
///  16  uint64   vocabulary size
///  24  uint64   document count D
///  32  uint64   token count T
///  40  uint64   where the documents' offsets start (a multiple of 8)
///  48  uint64   where the names start
///  56  uint64   length of the names in bytes; they end the file
///  64  32 bytes fingerprint of the tokenizer
///  96  32 bytes SHA-256 of everything behind the header, then the header with these 32 bytes zero
/// 128  T ids, zeros up to a multiple of 8, D + 1 uint64 offsets (in tokens, from 0 to T), JSON {"documents":["name", …]}
/// </code>
/// </summary>
internal static class TokenShardLayout
{
    public const uint Version = 1;
    public const int HeaderLength = 128;
    public const int VersionAt = 8;
    public const int IdBytesAt = 12;
    public const int VocabularyAt = 16;
    public const int DocumentCountAt = 24;
    public const int TokenCountAt = 32;
    public const int OffsetsAt = 40;
    public const int NamesAt = 48;
    public const int NamesLengthAt = 56;
    public const int FingerprintAt = 64;
    public const int Sha256At = 96;
    public const int HashLength = 32;
    public const int NarrowVocabulary = 65_536;

    public static ReadOnlySpan<byte> Magic => "ICAESHRD"u8;
}
