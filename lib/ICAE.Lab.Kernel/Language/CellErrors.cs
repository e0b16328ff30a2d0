using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace ICAE.Lab.Kernel.Language;

/// <summary>How errors are shown: with the cell's own line numbers, and without what the kernel and the compiler add to a stack.</summary>
internal static partial class CellErrors
{
    /// <summary>The error of a cell that does not compile.</summary>
    public static CellError From(CompilationException error)
    {
        var lines = error.Errors.SelectMany(Lines).ToList();
        return new CellError("CompilationError", Line(error.Errors[0]), lines);
    }

    /// <summary>The error of a cell whose code threw.</summary>
    public static CellError From(Exception error)
    {
        if (error is CompilationException compilation)
            return From(compilation);

        if (error is Polyglot.LanguageErrorException other)
            return other.Error;

        var thrown = error is AggregateException { InnerExceptions.Count: 1 } or TargetInvocationException ? error.InnerException ?? error : error;
        return error is CellErrorException
            ? new CellError("Error", error.Message, error.Message.Split('\n'))
            : new CellError(thrown.GetType().FullName ?? thrown.GetType().Name, thrown.Message, Describe(error).Split('\n'));
    }

    /// <summary>An exception with its stack, in the cell's terms.</summary>
    public static string Describe(Exception error)
    {
        var lines = error.ToString().ReplaceLineEndings("\n").Split('\n').Where(line => !IsNoise(line)).Select(Shorten);
        return string.Join('\n', lines);
    }

    /// <summary>Throws what a task failed with, with its own stack.</summary>
    public static void Throw(Exception error) => ExceptionDispatchInfo.Throw(error);

    private static bool IsNoise(string line) =>
        line.StartsWith("   at ICAE.Lab.Kernel.", StringComparison.Ordinal)
        || line.StartsWith("   at System.Runtime.ControlledExecution.", StringComparison.Ordinal)
        || line.StartsWith("   at System.Runtime.CompilerServices.TaskAwaiter", StringComparison.Ordinal)
        || line.StartsWith("--- End of stack trace from previous location", StringComparison.Ordinal);

    private static string Shorten(string line)
    {
        if (!line.StartsWith("   at ", StringComparison.Ordinal))
            return line;

        var frame = TopLevel().Replace(line, "   at top level");
        frame = Submission().Replace(frame, "");
        return Place().Replace(frame, " in cell $1, line $2");
    }

    private static IEnumerable<string> Lines(Diagnostic diagnostic)
    {
        yield return Line(diagnostic);
        if (!diagnostic.Location.IsInSource)
            yield break;

        var span = diagnostic.Location.GetLineSpan();
        var text = diagnostic.Location.SourceTree!.GetText().Lines[span.StartLinePosition.Line].ToString();
        var end = span.EndLinePosition.Line == span.StartLinePosition.Line ? span.EndLinePosition.Character : text.Length;
        yield return "    " + text.Replace('\t', ' ');
        yield return "    " + new string(' ', span.StartLinePosition.Character) + new string('^', Math.Max(1, end - span.StartLinePosition.Character));
    }

    private static string Line(Diagnostic diagnostic)
    {
        var message = $"{diagnostic.Id}: {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}";
        if (!diagnostic.Location.IsInSource)
            return message;

        var span = diagnostic.Location.GetLineSpan();
        var file = CellFile().Replace(span.Path, "cell $1");
        return $"{file}, line {span.StartLinePosition.Line + 1}, column {span.StartLinePosition.Character + 1}: {message}";
    }

    [GeneratedRegex(@"^   at Submission#\d+\.(<<Initialize>>d__\d+\.MoveNext\(\)|<Initialize>\(\)|<Factory>\([^)]*\))")]
    private static partial Regex TopLevel();

    [GeneratedRegex(@"Submission#\d+\.")]
    private static partial Regex Submission();

    [GeneratedRegex(@" in cell_(\d+):line (\d+)")]
    private static partial Regex Place();

    [GeneratedRegex(@"^cell_(\d+)$")]
    private static partial Regex CellFile();
}
