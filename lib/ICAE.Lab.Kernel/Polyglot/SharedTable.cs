namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>A table.</summary>
/// <param name="Columns">Its columns, all of one length.</param>
internal sealed record SharedTable(IReadOnlyList<SharedColumn> Columns) : SharedValue;
