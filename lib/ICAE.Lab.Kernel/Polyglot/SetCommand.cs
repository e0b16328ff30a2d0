using System.Text.Json;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>
/// <c>#!set --name NAME --value VALUE</c>: gives the language that the line stands in a variable. The value is <c>@LANGUAGE:NAME</c>, a variable
/// of another language, or JSON.
/// </summary>
internal sealed class SetCommand(Sharing sharing) : ICellCommand
{
    private const string Usage = "#!set --name NAME --value VALUE, where VALUE is @LANGUAGE:NAME or JSON";

    public string Name => "set";

    public string Description => "makes a variable: --name NAME --value VALUE, where VALUE is @LANGUAGE:NAME or JSON";

    public async Task RunAsync(CellSegment command, CellRun run)
    {
        var arguments = DirectiveArguments.Parse(Name, command.Text, "--name", "--value");
        var name = arguments.Get("--name").Text;
        var value = arguments.Get("--value");
        if (arguments.Values.Count > 0)
            throw new CellErrorException($"#!set: \"{arguments.Values[0]}\" belongs to no option: {Usage}.");

        await sharing.SetAsync(command.Language, name, await ValueAsync(value, run), run);
    }

    private async Task<SharedValue> ValueAsync(DirectiveToken value, CellRun run)
    {
        if (value.Quote == '"')
            return new SharedScalar(value.Text);

        if (!value.Text.StartsWith('@'))
            return Literal(value.Text);

        if (value.Text[1..].Split(':') is not [{ Length: > 0 } language, { Length: > 0 } name])
            throw new CellErrorException($"#!set: {value.Text} is no @LANGUAGE:NAME.");

        return await sharing.GetAsync(language, name, run);
    }

    private static SharedValue Literal(string json)
    {
        try
        {
            return WireReader.ReadLiteral(json);
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            throw new CellErrorException($"#!set: {json} is neither @LANGUAGE:NAME nor JSON; a text stands in double quotes.", error);
        }
    }
}
