namespace ICAE.Lab.Formats;

/// <summary>What a file says of one of its tensors, known without reading its values.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="StoredType">The element or block type as the format names it, such as <c>BF16</c> or <c>Q4_K</c>.</param>
/// <param name="Shape">Sizes, outermost first; empty for a scalar.</param>
/// <param name="ByteLength">Bytes that the values take in the file.</param>
public sealed record TensorDescriptor(string Name, string StoredType, IReadOnlyList<long> Shape, long ByteLength);
