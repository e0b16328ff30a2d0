using System.Text.Json.Nodes;
using Plotly.NET;

namespace ICAE.Lab.Charts.Tests;

/// <summary>What a figure says to Plotly.</summary>
internal static class FigureJson
{
    public static JsonNode Of(GenericChart figure) => JsonNode.Parse(GenericChart.toFigureJson(figure))!;
}
