using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>The variables of a language, for others. All methods are called on the cell thread, as the kernel's work.</summary>
internal interface IValueExchange
{
    /// <summary>Reads a variable.</summary>
    /// <exception cref="CellErrorException">There is none of that name, or its value has no form in other languages.</exception>
    Task<SharedValue> GetAsync(string name, CellRun run);

    /// <summary>Makes a variable, or replaces its value.</summary>
    /// <exception cref="CellErrorException">The name is not possible, or the language has no form for the value.</exception>
    Task SetAsync(string name, SharedValue value, CellRun run);
}
