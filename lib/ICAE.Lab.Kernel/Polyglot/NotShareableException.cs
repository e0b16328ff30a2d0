namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>A value has no form in other languages.</summary>
/// <param name="reason">Why, as the end of "it cannot be shared: ".</param>
internal sealed class NotShareableException(string reason) : Exception(reason);
