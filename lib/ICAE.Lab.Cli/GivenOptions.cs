using System.CommandLine;
using System.CommandLine.Parsing;

namespace ICAE.Lab.Cli;

/// <summary>Tells options that were written from those that have their usual value.</summary>
internal static class GivenOptions
{
    /// <summary>Whether an option was written on the command line. While a command line is checked, only such options have a value.</summary>
    public static bool IsGiven(this CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };

    /// <summary>Refuses a number that is not positive and finite.</summary>
    public static void RequirePositive(this CommandResult result, Option<double?> option)
    {
        if (result.GetValue(option) is { } value && !(double.IsFinite(value) && value > 0))
            result.AddError(FormattableString.Invariant($"{option.Name}: {value} is not a positive number."));
    }

    /// <summary>Whether an option was written on the command line.</summary>
    public static bool IsGiven(this Invocation invocation, Option option) => invocation.Arguments.GetResult(option) is { Implicit: false };
}
