using System.CommandLine;
using ICAE.Lab.Notebooks;

namespace ICAE.Lab.Cli.Notebooks;

/// <summary>How notebooks are executed, for the commands that do.</summary>
internal sealed class NotebookRunOptions
{
    private readonly Option<double?> _timeout = new("--timeout") { Description = "Interrupt a cell after S seconds; it counts as failed.", HelpName = "S" };
    private readonly Option<bool> _stopOnError = new("--stop-on-error") { Description = "End a notebook at the first cell that fails. Without it the other cells run as well." };

    private readonly Option<string[]> _parameters = new("--param")
    {
        Description = "A value for a parameter that a cell tagged 'parameters' declares; may be given several times.",
        DefaultValueFactory = _ => [],
        HelpName = "NAME=VALUE",
    };

    public NotebookRunOptions(Command command)
    {
        _timeout.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && double.TryParse(result.Tokens[0].Value, System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds is not (> 0 and < 1e7))
                result.AddError($"--timeout: {result.Tokens[0].Value} is no time between 0 and 10 million seconds.");
        });
        _parameters.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
                result.AddError($"--param: \"{token.Value}\" is not of the form NAME=VALUE.");
        });
        command.Add(_timeout);
        command.Add(_stopOnError);
        command.Add(_parameters);
    }

    /// <summary>The settings of a run.</summary>
    public NotebookRunSettings Settings(Invocation invocation) => new()
    {
        CellLimit = invocation.Arguments.GetValue(_timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        StopOnError = invocation.Arguments.GetValue(_stopOnError),
    };

    /// <summary>The values of parameters by name; of several for one name, the last.</summary>
    public IReadOnlyDictionary<string, string> Parameters(Invocation invocation)
    {
        var values = new Dictionary<string, string>();
        foreach (var parameter in invocation.Arguments.GetValue(_parameters) ?? [])
        {
            var at = parameter.IndexOf('=', StringComparison.Ordinal);
            values[parameter[..at].Trim()] = parameter[(at + 1)..];
        }

        return values;
    }
}
