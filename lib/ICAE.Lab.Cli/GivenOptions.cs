using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

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

    /// <summary>Refuses whole numbers that are less than 1.</summary>
    public static void RequireAtLeastOne(this CommandResult result, params Option[] options)
    {
        foreach (var option in options.Where(result.IsGiven))
        {
            var given = result.GetResult(option)!.Tokens.Select(token => long.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 1);
            if (given.Cast<long?>().FirstOrDefault(number => number < 1) is { } wrong)
                result.AddError(FormattableString.Invariant($"{option.Name}: {wrong} is less than 1."));
        }
    }

    /// <summary>Refuses what is no share.</summary>
    public static void RequireShare(this CommandResult result, params Option<double?>[] options)
    {
        foreach (var option in options)
        {
            if (result.GetValue(option) is { } value && value is not (>= 0 and <= 1))
                result.AddError(FormattableString.Invariant($"{option.Name}: {value} does not lie between 0 and 1."));
        }
    }

    /// <summary>Whether an option was written on the command line.</summary>
    public static bool IsGiven(this Invocation invocation, Option option) => invocation.Arguments.GetResult(option) is { Implicit: false };
}
