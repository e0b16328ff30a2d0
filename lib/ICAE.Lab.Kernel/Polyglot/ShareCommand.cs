using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary><c>#!share --from LANGUAGE NAME [--as OTHER]</c>: gives the language that the line stands in a variable of another.</summary>
internal sealed class ShareCommand(Sharing sharing) : ICellCommand
{
    public string Name => "share";

    public string Description => "takes a variable from another language: --from LANGUAGE NAME [--as OTHER]";

    public async Task RunAsync(CellSegment command, CellRun run)
    {
        var arguments = DirectiveArguments.Parse(Name, command.Text, "--from", "--as");
        var from = arguments.Get("--from").Text;
        var name = arguments.Values switch
        {
            [] => throw new CellErrorException("#!share: the variable's name is missing: #!share --from LANGUAGE NAME [--as OTHER]."),
            [var single] => single,
            [_, var more, ..] => throw new CellErrorException($"#!share: \"{more}\" is one name too many; one variable is shared by one line."),
        };
        if (CellParser.LanguageName(from) == command.Language)
            throw new CellErrorException($"#!share: the line stands in {command.Language}, which has {name} already.");

        var value = await sharing.GetAsync(from, name, run);
        await sharing.SetAsync(command.Language, arguments.Find("--as")?.Text ?? name, value, run);
    }
}
