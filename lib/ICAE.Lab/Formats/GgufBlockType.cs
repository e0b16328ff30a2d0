namespace ICAE.Lab.Formats;

/// <summary>How GGUF stores a tensor.</summary>
/// <param name="Name">The name that the format's authors use.</param>
/// <param name="Elements">Elements of a block; 0 where the type is not known.</param>
/// <param name="Bytes">Bytes of a block; 0 where the type is not known.</param>
internal readonly record struct GgufBlockType(string Name, int Elements, int Bytes)
{
    public bool IsKnown => Elements > 0;
}
