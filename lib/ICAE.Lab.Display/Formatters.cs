using ICAE.Lab.Autoencoder;
using ICAE.Lab.Charts;
using ICAE.Lab.Experiments;
using ICAE.Lab.Experiments.MemorySelectivity;
using ICAE.Lab.Experiments.RestorationEvaluation;
using ICAE.Lab.Models;
using ICAE.Lab.Training;
using Microsoft.Data.Analysis;
using Microsoft.DotNet.Interactive.Formatting;
using Plotly.NET;
using TorchSharp;

namespace ICAE.Lab.Display;

/// <summary>How the library's types look in a notebook: as HTML, and as text where HTML is not shown.</summary>
public static class Formatters
{
    private const string HtmlType = "text/html";
    private const string TextType = "text/plain";

    /// <summary>Registers the looks. Calling it again does no harm.</summary>
    public static void Register()
    {
        Look<torch.Tensor>(
            tensor => tensor.IsInvalid ? "<div class=\"icae\">a tensor that was disposed</div>" : TensorSummary.Of(tensor).ToHtml(),
            tensor => tensor.IsInvalid ? "a tensor that was disposed" : TensorSummary.Of(tensor).ToString());
        Look<GenericChart>(FigureHtml.Fragment, FigureHtml.Describe);
        Look<DataFrame>(DataFrameView.ToHtml, DataFrameView.ToText);
        Look<Transformer>(model => ModelSummary.Of(model).ToHtml(), model => ModelSummary.Of(model).ToString());
        Look<BaseModel>(model => ModelSummary.Of(model).ToHtml(), model => ModelSummary.Of(model).ToString());
        Look<IcaeModel>(model => ModelSummary.Of(model).ToHtml(), model => ModelSummary.Of(model).ToString());
        Look<Memory>(memory => MemorySummary.Of(memory).ToHtml(), memory => MemorySummary.Of(memory).ToString());
        Look<Restoration>(restoration => RestorationView.Of(restoration).ToHtml(), restoration => RestorationView.Of(restoration).ToString());
        Look<RestorationResult>(result => DataFrameView.ToHtml(Table(result)), result => DataFrameView.ToText(Table(result)));
        Look<SelectivityResult>(result => new SelectivityView(result).ToHtml(), result => new SelectivityView(result).ToString());
        Look<Continuation>(continuation => $"<div class=\"icae\">{HtmlText.Escape(continuation.Text)}</div>", continuation => continuation.Text);
        Look<PretrainingRun>(run => RunSummary.Of(run).ToHtml(), run => RunSummary.Of(run).ToString());
        Look<ProgressBar>(bar => bar.ToHtml(), bar => bar.ToString());
    }

    private static DataFrame Table(RestorationResult result) => OrdinaryPatternedRandom.Rows(result).ToDataFrame();

    private static void Look<T>(Func<T, string> html, Func<T, string> text)
    {
        Formatter.Register<T>((value, writer) => writer.Write(html(value)), HtmlType);
        Formatter.Register<T>((value, writer) => writer.Write(text(value)), TextType);
        Formatter.SetPreferredMimeTypesFor(typeof(T), HtmlType, TextType);
    }
}
