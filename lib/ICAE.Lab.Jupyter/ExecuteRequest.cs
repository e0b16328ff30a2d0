using System.Text.Json.Nodes;

namespace ICAE.Lab.Jupyter;

/// <summary>Code for a kernel to run.</summary>
/// <param name="Code">The code.</param>
/// <param name="Silent">Whether it is to run without output and without a place in the history.</param>
/// <param name="StoreHistory">Whether it gets a place in the history and a number.</param>
/// <param name="StopOnError">Whether requests that wait behind it are dropped if it fails.</param>
public sealed record ExecuteRequest(string Code, bool Silent = false, bool StoreHistory = true, bool StopOnError = true)
{
    internal JsonObject ToJson(bool allowInput) => new()
    {
        ["code"] = Code,
        ["silent"] = Silent,
        ["store_history"] = StoreHistory && !Silent,
        ["user_expressions"] = new JsonObject(),
        ["allow_stdin"] = allowInput,
        ["stop_on_error"] = StopOnError,
    };
}
