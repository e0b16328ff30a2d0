using System.Text;

namespace ICAE.Lab.Tokens;

/// <summary>Turns marks back into spaces; those of the first token are dropped where the encoder puts one before the text.</summary>
internal sealed class MetaspaceDecoder(char mark, bool dropsFirst) : ITokenDecoder
{
    public ITokenDecoding Start(bool insideText) => new Decoding(mark, dropsFirst && !insideText);

    private sealed class Decoding(char mark, bool dropsFirst) : ITokenDecoding
    {
        private bool _drops = dropsFirst;

        public void Append(string token, StringBuilder output)
        {
            output.Append(_drops ? token.Replace(mark.ToString(), "", StringComparison.Ordinal) : token.Replace(mark, ' '));
            _drops = false;
        }

        public void Finish(StringBuilder output)
        {
        }
    }
}
