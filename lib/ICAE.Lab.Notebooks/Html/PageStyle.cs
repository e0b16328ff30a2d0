namespace ICAE.Lab.Notebooks.Html;

/// <summary>How pages look: light and dark by the reader's preference, one column where the window is narrow, plain when printed.</summary>
internal static class PageStyle
{
    /// <summary>The style sheet.</summary>
    public const string Text = """
        :root{color-scheme:light dark;--ground:#fff;--ink:#1b1b1f;--faint:#5c5f66;--line:#d9dbe0;--code:#f5f6f8;--link:#0b57d0;--wrong:#b3261e;--wrong-ground:#fdeceb;
        --comment:#5d6b5d;--string:#7a3e00;--keyword:#0033b3;--number:#0b6b62;--type:#5b2a86;--call:#684f00}
        @media screen and (prefers-color-scheme:dark){:root{--ground:#17181b;--ink:#e6e6e9;--faint:#a4a7ae;--line:#3b3d43;--code:#212328;--link:#8ab4f8;--wrong:#f2938c;--wrong-ground:#3a1f1e;
        --comment:#93a893;--string:#e0a878;--keyword:#88aaff;--number:#6fcfc3;--type:#c9a3ec;--call:#dcc98a}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.6 system-ui,sans-serif}
        a{color:var(--link)}
        .skip{position:absolute;left:-100em}.skip:focus{left:1em;top:1em;background:var(--ground);padding:.5em;z-index:1}
        .page{max-width:76rem;margin:0 auto;padding:1rem;display:grid;grid-template-columns:minmax(0,1fr);gap:0 2.5rem}
        @media (min-width:64rem){.page{grid-template-columns:15rem minmax(0,1fr)}.contents{position:sticky;top:1rem;align-self:start;max-height:calc(100vh - 2rem);overflow:auto}}
        .contents{font-size:.9rem}.contents h2{font-size:1rem;margin:.2em 0}.contents ol{list-style:none;margin:0;padding:0}.contents li{margin:.25em 0}
        .contents .level-2{padding-left:.9em}.contents .level-3{padding-left:1.8em}
        main{min-width:0}
        h1,h2,h3,h4{line-height:1.25;margin:1.4em 0 .5em}h1{margin-top:0}
        pre{white-space:pre;overflow-x:auto;margin:.5em 0;padding:.7em .9em;font:.875rem/1.5 ui-monospace,Consolas,monospace;border-radius:4px}
        code{font-family:ui-monospace,Consolas,monospace;font-size:.9em}pre code{font-size:1em}
        .code{background:var(--code);border:1px solid var(--line)}
        .cell{margin:.9em 0}.count{color:var(--faint);font:.8rem ui-monospace,monospace}
        .output{margin:.5em 0;overflow-x:auto}.output pre,pre.output{padding:.2em .9em;white-space:pre-wrap;overflow-wrap:anywhere}
        .stderr{border-left:3px solid #b98900}
        .error{border-left:3px solid var(--wrong);background:var(--wrong-ground);padding:.5em .9em}.error strong{color:var(--wrong)}
        .left-out{color:var(--faint)}
        img,svg{max-width:100%}main>section img{height:auto}
        table{border-collapse:collapse;margin:.6em 0}th,td{border:1px solid var(--line);padding:.25em .6em;text-align:left;vertical-align:top}
        blockquote{margin:.8em 0;padding:0 1em;border-left:3px solid var(--line);color:var(--faint)}
        .comment{color:var(--comment)}.string{color:var(--string)}.keyword,.directive{color:var(--keyword)}.number{color:var(--number)}.type,.key{color:var(--type)}.call{color:var(--call)}
        .ansi-bold{font-weight:bold}.ansi-italic{font-style:italic}.ansi-underline{text-decoration:underline}
        .ansi-black{color:var(--faint)}.ansi-red{color:#c7362c}.ansi-green{color:#2f8132}.ansi-yellow{color:#8a6a00}.ansi-blue{color:#3b72d9}.ansi-magenta{color:#a846a8}.ansi-cyan{color:#16808c}.ansi-white{color:var(--faint)}
        @media screen and (prefers-color-scheme:dark){.ansi-red{color:#f28b82}.ansi-green{color:#7cc77f}.ansi-yellow{color:#d9b44a}.ansi-blue{color:#8ab4f8}.ansi-magenta{color:#dd9cdd}.ansi-cyan{color:#6fcfdc}}
        .ansi-black-background{background:#55575c40}.ansi-red-background{background:#c7362c55}.ansi-green-background{background:#2f813255}.ansi-yellow-background{background:#b9890055}
        .ansi-blue-background{background:#3b72d955}.ansi-magenta-background{background:#a846a855}.ansi-cyan-background{background:#16808c55}.ansi-white-background{background:#88888855}
        footer{grid-column:1/-1;color:var(--faint);font-size:.85rem;border-top:1px solid var(--line);margin-top:2em;padding-top:.6em}
        .failed{color:var(--wrong);font-weight:bold}
        @media print{:root{color-scheme:light;--ground:#fff;--ink:#000;--faint:#444;--line:#bbb;--code:#fff;--link:#000}
        .contents,.skip{display:none}.page{display:block;max-width:none;padding:0}pre{white-space:pre-wrap;overflow-wrap:anywhere;overflow:visible}.output{overflow:visible}
        .cell{break-inside:avoid-page}h1,h2,h3{break-after:avoid}}
        """;
}
