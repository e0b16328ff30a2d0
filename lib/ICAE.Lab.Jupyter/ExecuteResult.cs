using System.Text.Json.Nodes;

namespace ICAE.Lab.Jupyter;

/// <summary>How an execution ended.</summary>
/// <param name="Status"><c>ok</c>, <c>error</c> or <c>aborted</c>; <c>error</c> also where the code has run and some of its output did not arrive.</param>
/// <param name="ExecutionCount">The number the kernel gave it, if any.</param>
/// <param name="ErrorName">The kind of error, if it failed.</param>
/// <param name="ErrorValue">The error's message, if it failed.</param>
/// <param name="Traceback">The error's trace, line by line, with ANSI colours.</param>
/// <param name="Content">The whole reply.</param>
public sealed record ExecuteResult(
    string Status, int? ExecutionCount, string? ErrorName, string? ErrorValue, IReadOnlyList<string> Traceback, JsonObject Content)
{
    /// <summary>Whether it ran to its end.</summary>
    public bool Succeeded => Status == "ok";

    /// <summary>The result of code that has run while the end of its output never arrived.</summary>
    internal ExecuteResult WithoutEndOfOutput()
    {
        if (!Succeeded)
            return this;

        const string Reason = "The code has run, but the end of its output did not arrive: a message over the limit ends the connection, and others are lost with it.";
        return this with { Status = "error", ErrorName = "OutputLost", ErrorValue = Reason, Traceback = [Reason] };
    }

    internal static ExecuteResult From(JsonObject content) => new(
        Text(content, "status") ?? "error",
        content["execution_count"] is JsonValue count && count.TryGetValue<int>(out var number) ? number : null,
        Text(content, "ename"),
        Text(content, "evalue"),
        content["traceback"] is JsonArray lines ? [.. lines.Select(line => line?.ToString() ?? "")] : [],
        content);

    private static string? Text(JsonObject content, string name) => content[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
