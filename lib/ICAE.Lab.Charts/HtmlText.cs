using System.Net;
using ICAE.Lab.Experiments.RestorationEvaluation;

namespace ICAE.Lab.Charts;

/// <summary>Texts that come from data, as HTML.</summary>
public static class HtmlText
{
    /// <summary>A text on one line, with visible signs for what a page would act on, and nothing of it markup.</summary>
    /// <param name="text">The text.</param>
    /// <returns>HTML.</returns>
    public static string Escape(string text) => WebUtility.HtmlEncode(VisibleText.Of(text));
}
