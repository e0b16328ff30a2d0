namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>Numbers or truth values in one block.</summary>
/// <param name="Values">Of one or two dimensions, of <see cref="double"/>, <see cref="long"/> or <see cref="bool"/>.</param>
internal sealed record SharedArray(Array Values) : SharedValue;
