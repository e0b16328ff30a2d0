namespace ICAE.Lab.Data.Stories;

/// <summary>A place in the text where a person is named or meant.</summary>
/// <param name="Sentence">The sentence's number.</param>
/// <param name="Person">Who is meant.</param>
/// <param name="Male">Whether a pronoun for the person is he, not she.</param>
/// <param name="Pronoun">Whether it is a pronoun of the third person.</param>
/// <param name="Position">Where it begins in the text.</param>
internal readonly record struct StoryMention(int Sentence, int Person, bool Male, bool Pronoun, int Position);
