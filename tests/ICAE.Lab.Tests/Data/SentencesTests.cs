using FsCheck;
using FsCheck.Xunit;
using ICAE.Lab.Data;

namespace ICAE.Lab.Tests.Data;

public sealed class SentencesTests
{
    [Theory]
    [InlineData("One day. Two days! Three? Four… Five", "One day.|Two days!|Three?|Four…|Five")]
    [InlineData("“Hullo!” said the Rat. “Come in.” He did.", "“Hullo!” said the Rat.|“Come in.”|He did.")]
    [InlineData("Mr. Toad met Dr. A. B. Smith at St. Paul’s. He bowed.", "Mr. Toad met Dr. A. B. Smith at St. Paul’s.|He bowed.")]
    [InlineData("“It was I.” “No!” (Not he.) Then 3.5 miles, e.g. so.", "“It was I.”|“No!”|(Not he.)|Then 3.5 miles, e.g. so.")]
    [InlineData("So said I. We went.", "So said I.|We went.")]
    [InlineData("A heading\nFirst line.\n\n  Second line ", "A heading|First line.|Second line")]
    [InlineData("  ", "")]
    public void Sentences_end_where_a_reader_would_say(string text, string expected)
    {
        Assert.Equal(expected, string.Join('|', Sentences.Find(text).Select(s => text.Substring(s.Start, s.Length))));
    }

    [Property]
    public bool All_but_white_space_is_in_one_sentence(NonNull<string> raw, NonEmptyArray<byte> stops)
    {
        var text = string.Concat(raw.Get.Select((c, i) => $"{c}{" .!?\n”A"[stops.Get[i % stops.Get.Length] % 7]}"));
        var covered = new bool[text.Length];
        foreach (var (start, length) in Sentences.Find(text))
        {
            if (char.IsWhiteSpace(text[start]) || char.IsWhiteSpace(text[start + length - 1]))
                return false;
            for (var i = start; i < start + length; i++)
            {
                if (covered[i])
                    return false;
                covered[i] = true;
            }
        }
        return text.Where((c, i) => !covered[i]).All(char.IsWhiteSpace);
    }
}
