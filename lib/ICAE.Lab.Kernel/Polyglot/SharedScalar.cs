namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>A single value.</summary>
/// <param name="Value">
/// <see langword="null"/>, <see cref="bool"/>, <see cref="long"/>, <see cref="System.Numerics.BigInteger"/> if it is too large for that,
/// <see cref="double"/>, <see cref="decimal"/>, <see cref="string"/>, <see cref="DateTime"/>, <see cref="DateTimeOffset"/>, <see cref="DateOnly"/>.
/// </param>
internal sealed record SharedScalar(object? Value) : SharedValue;
