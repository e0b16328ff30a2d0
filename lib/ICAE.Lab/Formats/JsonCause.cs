using System.Text.Json;

namespace ICAE.Lab.Formats;

/// <summary>What a JSON reader found wrong, in words that fit behind "file: place:".</summary>
internal static class JsonCause
{
    public static string Of(Exception error)
    {
        if (error is not JsonException)
            return "a string holds half of a surrogate pair";

        // The reader's own messages end with its position, which the place already gives.
        var message = error.Message;
        var position = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return "this is not sound JSON: " + (position < 0 ? message : message[..position]).TrimEnd('.');
    }
}
