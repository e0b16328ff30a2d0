using System.Text.Json;

namespace ICAE.Lab.Browser.Tests;

/// <summary>Questions to a page.</summary>
internal static class Scripts
{
    /// <summary>Whether each figure is drawn.</summary>
    public const string AllDrawn = "document.querySelectorAll('.icae-figure').length > 0 && [].every.call(document.querySelectorAll('.icae-figure'), function (f) { return f.querySelector('.main-svg') && f.querySelector('.xtick'); })";

    /// <summary>Of each figure: the size of its drawing, by how much that sticks out of its box, and what it says of itself.</summary>
    public const string Drawings = """
        [].map.call(document.querySelectorAll(".icae-figure"), function (figure) {
          var box = figure.getBoundingClientRect(), outside = 0, drawing = figure.querySelector(".main-svg").getBoundingClientRect();
          [].forEach.call(figure.querySelectorAll(".main-svg"), function (svg) {
            var part = svg.getBoundingClientRect();
            outside = Math.max(outside, box.left - part.left, part.right - box.right, box.top - part.top, part.bottom - box.bottom);
          });
          return { width: drawing.width, height: drawing.height, outside: outside, role: figure.getAttribute("role") || "", label: figure.getAttribute("aria-label") || "" };
        })
        """;

    /// <summary>Texts whose contrast with their ground is below 4.5 (3 for large ones), as WCAG 2.1 defines it; drawings and disabled controls are left out.</summary>
    public const string Unreadable = """
        (function () {
          function colour(text) { var n = (text.match(/[\d.]+(e-?\d+)?/g) || [0, 0, 0, 0]).map(Number); if (/^color\(srgb/.test(text)) n = [n[0] * 255, n[1] * 255, n[2] * 255].concat(n.slice(3)); return { c: n.slice(0, 3), a: n.length > 3 ? n[3] : 1 }; }
          function over(top, under) { return under.map(function (v, i) { return top.c[i] * top.a + v * (1 - top.a); }); }
          function light(c) { var l = c.map(function (v) { v /= 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); }); return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2]; }
          function ratio(a, b) { var x = light(a), y = light(b); return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05); }
          function ground(element) { var chain = []; for (; element; element = element.parentElement) chain.push(colour(getComputedStyle(element).backgroundColor)); return chain.reverse().reduce(function (under, top) { return over(top, under); }, [255, 255, 255]); }
          var found = [], seen = 0, walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (var node; (node = walker.nextNode());) {
            var element = node.parentElement, box = element.getBoundingClientRect(), style = getComputedStyle(element);
            if (!node.data.trim() || element.closest("svg,script,style,textarea,:disabled") || !box.width || !box.height || box.right <= 0 || style.visibility !== "visible") continue;
            seen++;
            var ink = colour(style.color), size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700), under = ground(element);
            for (var each = element; each; each = each.parentElement) ink.a *= parseFloat(getComputedStyle(each).opacity);
            var contrast = ratio(over(ink, under), under);
            if (contrast < (large ? 3 : 4.5)) found.push(contrast.toFixed(2) + ": " + element.tagName + "." + element.className + " \"" + node.data.trim().slice(0, 40) + "\" " + style.color + " on " + under.map(Math.round));
          }
          return seen > 20 ? found : ["only " + seen + " texts"];
        })()
        """;

    /// <summary>The place in the window of a point of a figure, which is brought into view.</summary>
    public static string Point(int figure) => $$"""
        (function () {
          var figure = document.querySelectorAll(".icae-figure")[{{figure}}];
          figure.scrollIntoView({ block: "center", behavior: "instant" });
          var bar = figure.querySelector(".barlayer .point path"), box = (bar || figure).getBoundingClientRect();
          if (bar) return [box.left + box.width / 2, box.top + box.height / 2];
          var layout = figure._fullLayout, curve = figure.calcdata[0], point = curve[Math.floor(curve.length / 2)];
          if (figure._fullData[0].type === "heatmap") return [box.left + layout.xaxis._offset + layout.xaxis._length / 2, box.top + layout.yaxis._offset + layout.yaxis._length / 2];
          return [box.left + layout.xaxis._offset + layout.xaxis.c2p(point.x), box.top + layout.yaxis._offset + layout.yaxis.c2p(point.y)];
        })()
        """;

    /// <summary>What the hover labels of a figure say.</summary>
    public static string Labels(int figure) => $"[].map.call(document.querySelectorAll('.icae-figure')[{figure}].querySelectorAll('.hoverlayer .hovertext'), function (e) {{ return e.textContent; }}).join('; ')";

    /// <summary>Moves the mouse over a point of a figure and waits for what is to be said of it; any label will do where that is "".</summary>
    public static async Task HoverAsync(BrowserPage page, int figure, string label = "")
    {
        var place = await page.EvaluateAsync<double[]>(Point(figure));
        await page.HoverAsync(place[0], place[1]);
        await page.WaitAsync($"(function (told) {{ return told.length > 0 && told.includes({JsonSerializer.Serialize(label)}); }})({Labels(figure)})", $"a label with \"{label}\" at a point of figure {figure}");
    }
}
