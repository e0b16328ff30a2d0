namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>Values in order, of any kinds.</summary>
internal sealed record SharedList(IReadOnlyList<SharedValue> Items) : SharedValue;
