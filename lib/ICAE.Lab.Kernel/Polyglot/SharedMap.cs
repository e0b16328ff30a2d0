namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>Values by name, in order.</summary>
internal sealed record SharedMap(IReadOnlyList<KeyValuePair<string, SharedValue>> Entries) : SharedValue;
