using System.Buffers;
using System.Text;

namespace ICAE.Lab.Tokens;

/// <summary>
/// SentencePiece's own decoder: marks become spaces, the one before the text is dropped, byte pieces are read as UTF-8 character by
/// character, each byte that belongs to none as U+FFFD. Control tokens stand as they are.
/// </summary>
/// <param name="verbatim">Tokens that stand as they are.</param>
/// <param name="unknown">The one of them that stands for text, so that what follows it no longer begins the text.</param>
/// <param name="dropsPrefix">Whether the encoder puts a space before the text.</param>
/// <param name="removesExtraSpaces">Whether the encoder drops spaces at the beginning of a text.</param>
internal sealed class SentencePieceDecoder(IReadOnlySet<string> verbatim, string unknown, bool dropsPrefix, bool removesExtraSpaces) : ITokenDecoder
{
    public ITokenDecoding Start(bool insideText) => new Decoding(verbatim, unknown, (dropsPrefix || removesExtraSpaces) && !insideText, removesExtraSpaces);

    private sealed class Decoding(IReadOnlySet<string> verbatim, string unknown, bool drops, bool dropsAll) : ITokenDecoding
    {
        private readonly byte[] _held = new byte[4];
        private int _heldCount;
        private bool _drops = drops;

        public void Append(string token, StringBuilder output)
        {
            if (verbatim.Contains(token))
            {
                Finish(output);
                output.Append(token);
                _drops &= token != unknown;
                return;
            }

            if (ByteTokens.TryParse(token, out var value))
            {
                _held[_heldCount++] = value;
                ReleaseWhole(output);
                _drops = false;
                return;
            }

            Finish(output);
            var text = token.AsSpan();
            if (_drops && text.Length > 0 && text[0] == CharacterBpeModel.Mark)
            {
                text = text[1..];
                _drops = dropsAll;
            }

            _drops &= text.Length == 0;
            output.Append(text).Replace(CharacterBpeModel.Mark, ' ', output.Length - text.Length, text.Length);
        }

        public void Finish(StringBuilder output)
        {
            output.Append('\uFFFD', _heldCount);
            _heldCount = 0;
        }

        private void ReleaseWhole(StringBuilder output)
        {
            while (_heldCount > 0)
            {
                var status = Rune.DecodeFromUtf8(_held.AsSpan(0, _heldCount), out var rune, out var length);
                if (status == OperationStatus.NeedMoreData)
                    return;
                var used = status == OperationStatus.Done ? length : 1;
                output.Append(status == OperationStatus.Done ? rune.ToString() : "\uFFFD");
                _held.AsSpan(used, _heldCount - used).CopyTo(_held);
                _heldCount -= used;
            }
        }
    }
}
