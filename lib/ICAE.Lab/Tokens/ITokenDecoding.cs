using System.Text;

namespace ICAE.Lab.Tokens;

/// <summary>The decoding of one text, token by token.</summary>
internal interface ITokenDecoding
{
    /// <summary>Takes the next token and writes whatever is certain by now.</summary>
    void Append(string token, StringBuilder output);

    /// <summary>Ends the text: writes what was held back, incomplete UTF-8 as U+FFFD.</summary>
    void Finish(StringBuilder output);
}
