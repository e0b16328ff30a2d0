using System.Text;
using System.Text.Unicode;

namespace ICAE.Lab.Tokens;

/// <summary>
/// The usual decoder of byte-fallback tokenizers: texts replaced in each token, runs of byte tokens read as UTF-8, leading characters
/// stripped. A run that is not valid as a whole becomes one U+FFFD a byte.
/// </summary>
/// <param name="replacements">Texts to replace in each token, in order.</param>
/// <param name="stripped">The character to strip at the beginning.</param>
/// <param name="most">How many of them at most.</param>
internal sealed class ByteFallbackDecoder(IReadOnlyList<ITextNormalizer> replacements, char stripped, int most) : ITokenDecoder
{
    public ITokenDecoding Start(bool insideText) => new Decoding(replacements, stripped, insideText ? 0 : most);

    private sealed class Decoding(IReadOnlyList<ITextNormalizer> replacements, char stripped, int most) : ITokenDecoding
    {
        private readonly List<byte> _run = [];
        private int _toStrip = most;

        public void Append(string token, StringBuilder output)
        {
            foreach (var replacement in replacements)
            {
                token = replacement.Normalize(token);
            }

            if (ByteTokens.TryParse(token, out var value))
            {
                _run.Add(value);
                return;
            }

            EndRun(output);
            Write(token, output);
        }

        public void Finish(StringBuilder output) => EndRun(output);

        private void EndRun(StringBuilder output)
        {
            if (_run.Count == 0)
                return;
            byte[] bytes = [.. _run];
            _run.Clear();
            Write(Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : new string('\uFFFD', bytes.Length), output);
        }

        private void Write(string text, StringBuilder output)
        {
            var start = 0;
            while (_toStrip > 0 && start < text.Length && text[start] == stripped)
            {
                start++;
                _toStrip--;
            }

            if (start < text.Length)
                _toStrip = 0;
            output.Append(text, start, text.Length - start);
        }
    }
}
