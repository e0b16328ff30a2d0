using System.Text.Json.Nodes;

namespace ICAE.Lab.Jupyter;

/// <summary>How an execution ended.</summary>
/// <param name="Status"><c>ok</c>, <c>error</c> or <c>aborted</c>.</param>
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

    internal static ExecuteResult From(JsonObject content) => new(
        Text(content, "status") ?? "error",
        content["execution_count"] is JsonValue count && count.TryGetValue<int>(out var number) ? number : null,
        Text(content, "ename"),
        Text(content, "evalue"),
        content["traceback"] is JsonArray lines ? [.. lines.Select(line => line?.ToString() ?? "")] : [],
        content);

    private static string? Text(JsonObject content, string name) => content[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
