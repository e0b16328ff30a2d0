using System.Text;

namespace ICAE.Lab.Tokens;

/// <summary>Tokens in byte symbols: their bytes together are UTF-8. A token with a character that is no byte symbol stands for itself.</summary>
internal sealed class ByteLevelDecoder : ITokenDecoder
{
    public ITokenDecoding Start(bool insideText) => new Decoding();

    private sealed class Decoding : ITokenDecoding
    {
        private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();

        public void Append(string token, StringBuilder output) => Write(BytesOf(token), flush: false, output);

        public void Finish(StringBuilder output) => Write([], flush: true, output);

        private static byte[] BytesOf(string token)
        {
            var bytes = new byte[token.Length];
            for (var index = 0; index < token.Length; index++)
            {
                if (!ByteSymbols.TryGetByte(token[index], out bytes[index]))
                    return Encoding.UTF8.GetBytes(token);
            }

            return bytes;
        }

        private void Write(ReadOnlySpan<byte> bytes, bool flush, StringBuilder output)
        {
            var characters = new char[_utf8.GetCharCount(bytes, flush)];
            output.Append(characters, 0, _utf8.GetChars(bytes, characters, flush));
        }
    }
}
