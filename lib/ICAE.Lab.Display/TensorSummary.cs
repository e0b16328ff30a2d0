using System.Globalization;
using System.Net;
using System.Text;
using TorchSharp;

namespace ICAE.Lab.Display;

/// <summary>What a notebook shows of a tensor: shape, type, device, statistics, and a corner of its values.</summary>
public sealed record TensorSummary
{
    /// <summary>Above this number of elements no statistics are taken: they would need a copy of several times that size.</summary>
    public const long MostElementsForStatistics = 50_000_000;

    private const int MostRows = 6;
    private const int MostColumns = 8;

    private TensorSummary()
    {
    }

    /// <summary>The sizes of the dimensions; empty for a scalar.</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>The element type by the name that PyTorch gives it, such as "bfloat16".</summary>
    public required string Dtype { get; init; }

    /// <summary>The device, such as "cpu" or "cuda:0".</summary>
    public required string Device { get; init; }

    /// <summary>Whether a gradient is kept for it.</summary>
    public required bool RequiresGrad { get; init; }

    /// <summary>The size of its elements, in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Statistics of its finite elements; null where there are none, or the tensor has no values, is complex, or is too large.</summary>
    public TensorStatistics? Statistics { get; init; }

    /// <summary>The first rows and columns of the last two dimensions, at index 0 of all others, as text. Empty where there are no values.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Preview { get; init; }

    /// <summary>Looks at a tensor without changing it.</summary>
    /// <param name="tensor">Any tensor, on any device; it stays the caller's.</param>
    /// <returns>The summary, which holds no tensor.</returns>
    public static TensorSummary Of(torch.Tensor tensor)
    {
        using var gradients = torch.no_grad();
        using var scope = torch.NewDisposeScope();

        var hasValues = tensor.device_type != DeviceType.META && !tensor.is_sparse && tensor.numel() > 0;
        return new TensorSummary
        {
            Shape = tensor.shape,
            Dtype = DtypeName(tensor.dtype),
            Device = tensor.device.ToString(),
            RequiresGrad = tensor.requires_grad,
            Bytes = tensor.is_sparse ? 0 : tensor.numel() * tensor.element_size(),
            Statistics = hasValues && !tensor.is_complex() && tensor.numel() <= MostElementsForStatistics ? TensorStatistics.Of(tensor) : null,
            Preview = hasValues ? ReadPreview(tensor) : [],
        };
    }

    /// <summary>The summary as an HTML fragment: a line, the statistics and a table of values.</summary>
    /// <returns>HTML without scripts or styles that reach beyond it.</returns>
    public string ToHtml()
    {
        var html = new StringBuilder("<div class=\"icae\"><div><b>").Append(WebUtility.HtmlEncode(Heading())).Append("</b></div>");
        if (Statistics is not null)
            html.Append("<div class=\"faint\">").Append(WebUtility.HtmlEncode(Statistics.ToString())).Append("</div>");

        if (Preview.Count > 0)
        {
            html.Append("<table><tbody>");
            foreach (var row in Preview)
                html.Append("<tr>").AppendJoin("", row.Select(value => $"<td class=\"n\">{WebUtility.HtmlEncode(value)}</td>")).Append("</tr>");

            html.Append("</tbody></table>");
        }

        return html.Append("</div>").ToString();
    }

    /// <summary>The summary as lines of text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Heading());
        if (Statistics is not null)
            text.Append('\n').Append(Statistics);
        foreach (var row in Preview)
            text.Append('\n').AppendJoin("  ", row);
        return text.ToString();
    }

    private string Heading()
    {
        var gradient = RequiresGrad ? ", requires a gradient" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Dtype} [{string.Join(", ", Shape)}] on {Device}, {Bytes:N0} bytes{gradient}");
    }

    private static List<IReadOnlyList<string>> ReadPreview(torch.Tensor tensor)
    {
        var matrix = tensor.detach();
        while (matrix.dim() > 2)
            matrix = matrix[0];
        while (matrix.dim() < 2)
            matrix = matrix.unsqueeze(0);

        var (rows, columns) = (matrix.shape[0], matrix.shape[1]);
        var corner = matrix.narrow(0, 0, Math.Min(rows, MostRows)).narrow(1, 0, Math.Min(columns, MostColumns)).cpu();
        var preview = new List<IReadOnlyList<string>>();
        for (var i = 0; i < corner.shape[0]; i++)
        {
            var row = Enumerable.Range(0, (int)corner.shape[1]).Select(j => Text(corner[i, j])).ToList();
            if (columns > MostColumns)
                row.Add("…");
            preview.Add(row);
        }

        if (rows > MostRows)
            preview.Add(["…"]);
        return preview;
    }

    private static string Text(torch.Tensor value)
    {
        if (value.dtype == torch.@bool)
            return value.ToBoolean() ? "true" : "false";
        if (value.is_complex())
            return $"{Number(value.real.ToDouble())}{(value.imag.ToDouble() < 0 ? "" : "+")}{Number(value.imag.ToDouble())}i";
        if (value.is_integral())
            return value.ToInt64().ToString(CultureInfo.InvariantCulture);
        return Number(value.ToDouble());
    }

    private static string Number(double value) => value.ToString("G5", CultureInfo.InvariantCulture);

    private static string DtypeName(torch.ScalarType type) => type switch
    {
        torch.ScalarType.Byte => "uint8",
        torch.ScalarType.ComplexFloat32 => "complex64",
        torch.ScalarType.ComplexFloat64 => "complex128",
        _ => type.ToString().ToLowerInvariant(),
    };
}
