namespace ICAE.Lab.Data;

/// <summary>Files of the form of the paper's Prompt-with-Context data set (PwC): JSON lines with "input", "prompt" and "answer", and perhaps "kind".</summary>
public static class PromptWithContext
{
    /// <summary>Reads examples one by one, without holding the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="longestLine">The longest line in bytes that is read.</param>
    /// <returns>The examples in the file's order.</returns>
    /// <exception cref="IcaeException">The file cannot be opened.</exception>
    /// <exception cref="MalformedFileException">A line is no such object, has an empty part, is not UTF-8, or too long; the message names the line.</exception>
    public static IEnumerable<InstructionExample> Read(string path, int longestLine = LineReader.DefaultLongestLine) =>
        JsonLine.ReadAll(path, longestLine).Select(line =>
            new InstructionExample(Part(line, "input"), Part(line, "prompt"), Part(line, "answer")) { Kind = line.Text("kind") });

    /// <summary>The files that a path stands for.</summary>
    /// <param name="path">A file, or a folder.</param>
    /// <returns>The file itself; of a folder the files of JSON lines in it and below it, in the same order everywhere.</returns>
    public static IEnumerable<string> Files(string path) => Directory.Exists(path) ? TextFiles.In(path).Where(TextFiles.IsLines) : [path];

    private static string Part(JsonLine line, string key) => line.RequiredText(key) is { Length: > 0 } text ? text : throw line.Wrong($"the key \"{key}\" is empty");
}
