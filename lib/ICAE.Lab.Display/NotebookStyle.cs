namespace ICAE.Lab.Display;

/// <summary>
/// The styles of all displays, once a page. Colours are translucent and texts keep the page's colour, so that they are readable on light and on
/// dark; without these styles everything is still told by elements.
/// </summary>
internal static class NotebookStyle
{
    /// <summary>The style element.</summary>
    public const string Element = """
        <style>
        .icae{line-height:1.45;overflow-x:auto}
        .icae table{border-collapse:collapse;margin:.4em 0;font-size:.95em}
        .icae caption{text-align:left;opacity:.75;padding-bottom:.2em}
        .icae th,.icae td{border:0;border-bottom:1px solid rgba(128,128,128,.35);padding:.15em .7em;text-align:left;vertical-align:top}
        .icae .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        .icae th button{all:unset;cursor:pointer}.icae th button:focus-visible{outline:2px solid currentColor}
        .icae .faint,.icae .cut{opacity:.7}.icae .cut{user-select:none}
        .icae .sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(18em,1fr));gap:0 1.5em}
        .icae .sides p{margin:.1em 0 .5em;overflow-wrap:anywhere;white-space:pre-wrap}
        .icae del,.icae ins,.icae mark{color:inherit;text-decoration:none;border-radius:2px;padding:0 .1em;cursor:help}
        .icae del{background:rgba(213,94,0,.32)}.icae ins{background:rgba(0,158,115,.32);text-decoration:underline}
        .icae del.replaced,.icae ins.replaced{text-decoration:underline wavy}
        .icae mark{background:rgba(86,140,233,.32);border-bottom:2px dotted}
        .icae progress{width:20em;max-width:60%;vertical-align:middle}
        .icae-figure{background:#fff;color:#1b1b1b}
        </style>
        """;
}
