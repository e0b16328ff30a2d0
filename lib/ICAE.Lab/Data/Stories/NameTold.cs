namespace ICAE.Lab.Data.Stories;

/// <summary>How much of a person's name a telling has told.</summary>
internal enum NameTold
{
    Not,
    Given,
    Full,
}
