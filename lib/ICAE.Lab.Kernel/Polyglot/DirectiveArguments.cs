using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>What stands behind a command.</summary>
internal sealed class DirectiveArguments
{
    private readonly string _command;
    private readonly Dictionary<string, DirectiveToken> _options = new(StringComparer.Ordinal);
    private readonly List<string> _values = [];

    private DirectiveArguments(string command) => _command = command;

    /// <summary>The words that belong to no option.</summary>
    public IReadOnlyList<string> Values => _values;

    /// <summary>Takes a line apart.</summary>
    /// <param name="command">The command, for messages.</param>
    /// <param name="text">What stands behind it.</param>
    /// <param name="names">The options that there are; each has a value.</param>
    /// <exception cref="CellErrorException">An option is not known, stands there twice, or has no value; or the line cannot be read.</exception>
    public static DirectiveArguments Parse(string command, string text, params string[] names)
    {
        var arguments = new DirectiveArguments(command);
        string? option = null;
        foreach (var token in new DirectiveScanner(command, text).Tokens())
        {
            if (option is null && token.IsOption)
                option = arguments.Check(token.Text, names);
            else if (option is null)
                arguments._values.Add(token.Text);
            else if (token.IsOption)
                break;
            else
                (arguments._options[option], option) = (token, null);
        }

        return option is null ? arguments : throw new CellErrorException($"#!{command}: {option} has no value.");
    }

    /// <summary>The value of an option; <see langword="null"/> if it is not there.</summary>
    public DirectiveToken? Find(string name) => _options.GetValueOrDefault(name);

    /// <summary>The value of an option that must be there.</summary>
    /// <exception cref="CellErrorException">It is not, or it is empty.</exception>
    public DirectiveToken Get(string name)
    {
        var token = Find(name) ?? throw new CellErrorException($"#!{_command}: {name} is missing.");
        return token.Text.Length > 0 || token.Quote != '\0' ? token : throw new CellErrorException($"#!{_command}: {name} has no value.");
    }

    private string Check(string option, string[] names)
    {
        if (!names.Contains(option))
            throw new CellErrorException($"#!{_command}: there is no option {option}; there are {string.Join(", ", names)}.");

        return _options.ContainsKey(option) ? throw new CellErrorException($"#!{_command}: {option} stands there twice.") : option;
    }
}
