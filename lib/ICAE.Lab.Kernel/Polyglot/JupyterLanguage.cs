using System.Text.Json.Nodes;
using ICAE.Lab.Jupyter;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>A language that another kernel runs.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="description">What it is.</param>
/// <param name="lost">Is told when the kernel has ended.</param>
internal sealed class JupyterLanguage(SubKernel kernel, string description, Action<JupyterLanguage> lost) : ICellLanguage, ICodeAssistant
{
    private static readonly TimeSpan AssistanceLimit = TimeSpan.FromSeconds(5);

    public string Name => kernel.Name;

    public string Description => description;

    public SubKernel Kernel => kernel;

    /// <summary>Its variables, if it is Python.</summary>
    public IValueExchange? Values { get; } = kernel.Language.Equals("python", StringComparison.OrdinalIgnoreCase) ? new PythonValues(kernel) : null;

    public async Task RunAsync(CellSegment segment, CellRun run, bool isLast)
    {
        var output = new ForwardedOutput(run.Output, isLast);
        var result = await DoAsync(() => kernel.ExecuteAsync(new ExecuteRequest(segment.Text), run, output.Take));
        output.ShowPages(result.Content["payload"] as JsonArray);
        if (result.Succeeded)
            return;

        run.Cancellation.ThrowIfCancellationRequested();
        throw result.ErrorName is { } error
            ? new LanguageErrorException(new CellError(error, result.ErrorValue ?? "", result.Traceback.Count > 0 ? result.Traceback : [$"{error}: {result.ErrorValue}"]))
            : new CellErrorException($"The kernel {Name} did not run the code: its answer is \"{result.Status}\".");
    }

    /// <summary>Does something with the kernel, and takes note if it ends. To be called on the cell thread, as the kernel's work.</summary>
    /// <exception cref="CellErrorException">The kernel has ended.</exception>
    public async Task<T> DoAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (KernelDiedException error)
        {
            lost(this);
            throw new CellErrorException($"{error.Message}{Environment.NewLine}#!connect jupyter --kernel-name {Name} --kernel-spec {kernel.SpecName} starts it anew.", error);
        }
    }

    public void Interrupt() => kernel.Interrupt();

    public async Task<Completion> CompleteAsync(string code, int position, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(token => kernel.Client.CompleteAsync(code, CodePoints.FromIndex(code, position), token), cancellationToken).ConfigureAwait(false);
        return reply is null ? new Completion([], position, position) : ForeignCompletion.Read(reply, code, position);
    }

    public async Task<MimeBundle?> InspectAsync(string code, int position, bool inFull, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(token => kernel.Client.InspectAsync(code, CodePoints.FromIndex(code, position), inFull ? 1 : 0, token), cancellationToken).ConfigureAwait(false);
        if (reply?["found"] is not JsonValue found || !found.TryGetValue<bool>(out var isFound) || !isFound || reply["data"] is not JsonObject data)
            return null;

        return new MimeBundle(data.ToDictionary(entry => entry.Key, entry => entry.Value is JsonValue value && value.TryGetValue<string>(out var text) ? text : entry.Value?.ToJsonString() ?? "null"));
    }

    /// <summary>Asks for help with code that is being written: a kernel that is busy, slow or gone gives none.</summary>
    private async Task<JsonObject?> AskAsync(Func<CancellationToken, Task<JsonObject>> ask, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (kernel.IsBusy || kernel.HasEnded)
            return null;

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AssistanceLimit);
        try
        {
            var reply = await ask(limit.Token).ConfigureAwait(false);
            return reply["status"]?.ToString() == "ok" ? reply : null;
        }
        catch (Exception error) when (error is JupyterException or ObjectDisposedException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
