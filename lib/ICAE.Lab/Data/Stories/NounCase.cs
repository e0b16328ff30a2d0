namespace ICAE.Lab.Data.Stories;

/// <summary>In which case a person is named.</summary>
internal enum NounCase
{
    Subject,
    Object,
    Possessive,
    Reflexive,
}
