namespace ICAE.Lab.Notebooks;

/// <summary>A parameter that a notebook declares.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its type.</param>
/// <param name="TypeName">The type as the notebook writes it, or what it follows from the value.</param>
/// <param name="Default">Its value as the notebook writes it.</param>
public sealed record NotebookParameter(string Name, ParameterKind Kind, string TypeName, string Default);
