using ICAE.Lab.Autoencoder;

namespace ICAE.Lab.Display.Tests;

public sealed class RestorationViewTests
{
    private const string Hostile = "</p><img src=x onerror=\"alert(1)\">";

    [Fact]
    public void What_differs_stands_in_elements_and_says_what_became_of_it()
    {
        var view = RestorationView.Of(Restored(["the ", "cat ", "sat ", "down ", "at ", "noon"], ["the ", "dog ", "sat ", "at ", "noon", "."]));

        var html = view.ToHtml();

        Assert.Contains("the <del class=\"replaced\" title=\"substitution: restored as “dog ”\">cat </del>sat <del title=\"omission: the restoration lacks it\">down </del>at noon", System.Net.WebUtility.HtmlDecode(html), StringComparison.Ordinal);
        Assert.Contains("the <ins class=\"replaced\" title=\"substitution: the original has “cat ”\">dog </ins>sat at noon<ins title=\"insertion: the original lacks it\">.</ins>", System.Net.WebUtility.HtmlDecode(html), StringComparison.Ordinal);
        Assert.Contains("6 tokens, 6 restored: 1 replaced, 1 left out, 1 added. BLEU ", html, StringComparison.Ordinal);
        Assert.Equal(2 / 6.0, view.Accuracy);
    }

    [Fact]
    public void What_was_moved_says_where_it_stands()
    {
        var html = RestorationView.Of(Restored(["a", "b", "c", "d", "e", "f", "g"], ["c", "d", "e", "f", "g", "a", "b"])).ToHtml();

        Assert.Contains("<mark title=\"moved: token 6 of the restoration\">ab</mark>cdefg", html, StringComparison.Ordinal);
        Assert.Contains("cdefg<mark title=\"moved: token 1 of the original\">ab</mark>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_from_data_stays_text_in_the_element_and_in_what_is_said_of_it()
    {
        var html = RestorationView.Of(Restored(["a ", Hostile, " b"], ["a ", "\u202E\"'", " b"])).ToHtml();

        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202E", html, StringComparison.Ordinal);
        Assert.Contains("restored as “\uFFFD&quot;&#39;”", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_errors_or_without_an_original_it_says_so()
    {
        var exact = RestorationView.Of(Restored(["a", "b"], ["a", "b"]));
        Assert.Contains("without any error. BLEU 1.000", exact.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("<del", exact.ToHtml(), StringComparison.Ordinal);

        var alone = RestorationView.Of(new Restoration(Hostile, [1, 2], GenerationEnd.Length, null, null));
        Assert.Equal($"2 tokens restored, cut off at the largest length; the original is not known\n{Hostile}", alone.ToString());
        Assert.DoesNotContain("<img", alone.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_that_are_no_running_text_are_divided()
    {
        var view = RestorationView.Of(Restored(["a", "b", "c"], ["a", "b", "c"]) with { IsRunningText = false });

        Assert.Contains("a<span class=\"cut\">·</span>b", view.ToHtml(), StringComparison.Ordinal);
        Assert.EndsWith("original: a·b·c\nrestored: a·b·c", view.ToString(), StringComparison.Ordinal);
    }

    private static Restoration Restored(string[] original, string[] restored)
    {
        var words = original.Concat(restored).Distinct().ToList();
        int[] Ids(string[] tokens) => [.. tokens.Select(token => words.IndexOf(token))];
        return new Restoration(string.Concat(restored), Ids(restored), GenerationEnd.EndOfText, string.Concat(original), Ids(original))
        {
            Tokens = restored,
            OriginalTokens = original,
        };
    }
}
