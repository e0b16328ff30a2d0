using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ICAE.Lab.Kernel.Protocol;

/// <summary>The cells that this kernel has run, the last 10,000 of them, with the texts of their values.</summary>
internal sealed class CellHistory
{
    private const int MaxEntries = 10_000;
    private const int MaxOutput = 1 << 14;

    // There is one session: this process. Front ends also call it 0.
    private const int Session = 1;
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(1);
    private readonly Queue<(int Line, string Input, string? Output)> _entries = new();

    /// <summary>Adds a cell.</summary>
    public void Add(int line, string input, string? output)
    {
        _entries.Enqueue((line, input, output is { Length: > MaxOutput } ? output[..MaxOutput] : output));
        if (_entries.Count > MaxEntries)
            _entries.Dequeue();
    }

    /// <summary>Answers a <c>history_request</c>.</summary>
    public JsonObject Reply(JsonObject request)
    {
        var withOutput = request.Flag("output", otherwise: false);
        var items = request.Text("hist_access_type") switch
        {
            "range" => Range(request),
            "search" => Search(request),
            _ => Last(_entries, request),
        };
        return JsonFields.Ok(("history", new JsonArray([.. items.Select(item => Item(item, withOutput))])));
    }

    private IEnumerable<(int Line, string Input, string? Output)> Range(JsonObject request)
    {
        if (request.Number("session") is not (null or 0 or Session))
            return [];

        var start = request.Number("start") ?? 1;
        var stop = request.Number("stop") ?? int.MaxValue;
        return _entries.Where(entry => entry.Line >= start && entry.Line < stop);
    }

    private IEnumerable<(int Line, string Input, string? Output)> Search(JsonObject request)
    {
        var pattern = Glob(request.Text("pattern"));
        IEnumerable<(int Line, string Input, string? Output)> found = _entries.Where(entry => pattern.IsMatch(entry.Input));
        if (request.Flag("unique", otherwise: false))
            found = found.Reverse().DistinctBy(entry => entry.Input).Reverse();

        return Last(found, request);
    }

    private static IEnumerable<(int Line, string Input, string? Output)> Last(IEnumerable<(int Line, string Input, string? Output)> entries, JsonObject request) =>
        request.Number("n") is { } count and > 0 ? entries.TakeLast(count) : entries;

    /// <summary>The pattern of the protocol: <c>*</c> for any text, <c>?</c> for one character.</summary>
    private static Regex Glob(string pattern)
    {
        var text = new StringBuilder(@"\A");
        foreach (var character in pattern.Length > 0 ? pattern : "*")
            text.Append(character switch { '*' => ".*", '?' => ".", _ => Regex.Escape(character.ToString()) });

        return new Regex(text.Append(@"\z").ToString(), RegexOptions.Singleline | RegexOptions.NonBacktracking, MatchLimit);
    }

    private static JsonArray Item((int Line, string Input, string? Output) entry, bool withOutput) =>
        [Session, entry.Line, withOutput ? new JsonArray(entry.Input, entry.Output) : JsonValue.Create(entry.Input)];
}
