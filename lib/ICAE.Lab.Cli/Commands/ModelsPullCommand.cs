using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ICAE.Lab.Formats;
using ICAE.Lab.Formats.Hub;
using ICAE.Lab.Models;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Fetches a model from a hub into the user's data folder, where the other commands find it by its name.</summary>
internal sealed class ModelsPullCommand : IcaeCommand
{
    private readonly Argument<string> _model = new("MODEL") { Description = "The model's name at the hub, such as owner/name." };
    private readonly Option<string> _revision = new("--revision") { Description = "The branch, tag or commit.", DefaultValueFactory = _ => "main", HelpName = "NAME" };
    private readonly Option<string?> _file = new("--file") { Description = "Fetch this one GGUF or safetensors file, not the whole model.", HelpName = "FILE" };
    private readonly Option<string?> _name = new("--name") { Description = "The name by which it is found here; without it, that of the hub.", HelpName = "NAME" };
    private readonly Option<string?> _endpoint = new("--endpoint")
    {
        Description = $"The hub's address; without it, that of {HubEndpoint.Variable}, else {HubEndpoint.PublicHub}.",
        HelpName = "URL",
    };

    public ModelsPullCommand()
        : base(
            "pull",
            $"Fetch a model from a hub. Only safetensors, GGUF and tokenizer files and settings are fetched, never pickles; a model that needs a token takes it from {HubEndpoint.TokenVariable}.",
            "icae models pull HuggingFaceTB/SmolLM2-135M-Instruct",
            "icae models pull bartowski/SmolLM2-135M-Instruct-GGUF --file SmolLM2-135M-Instruct-Q4_K_M.gguf",
            "icae models pull mistralai/Mistral-7B-Instruct-v0.2 --revision main --name mistral-7b")
    {
        Add(_model);
        foreach (var option in (Option[])[_revision, _file, _name, _endpoint])
            Add(option);
    }

    public override async Task<int> RunAsync(Invocation invocation)
    {
        var (given, terminal) = (invocation.Arguments.GetRequiredValue(_model), invocation.Terminal);
        if (LocalModel(given) is { } local)
            return TellLocal(given, local, terminal);

        var request = Request(given, invocation);
        try
        {
            var result = await new PullDisplay().RunAsync(terminal, given, progress => HubPull.RunAsync(request, progress, invocation.Cancellation));
            Tell(request, result, PulledModel.Look(result.Path), terminal);
            return ExitCodes.Ok;
        }
        catch (OperationCanceledException) when (invocation.Cancellation.IsCancellationRequested)
        {
            return TellStopped(terminal, $"stopped; what was fetched of {given} is kept, and the same command goes on from there");
        }
    }

    private HubPullRequest Request(string given, Invocation invocation)
    {
        try
        {
            var request = new HubPullRequest
            {
                Id = HubModelId.Parse(given),
                Models = ModelStore.UserFolder,
                Revision = invocation.Arguments.GetValue(_revision)!,
                File = invocation.Arguments.GetValue(_file),
                Name = invocation.Arguments.GetValue(_name),
                Endpoint = HubEndpoint.Choose(invocation.Arguments.GetValue(_endpoint)),
                Token = HubEndpoint.EnvironmentToken,
            };
            request.Validate();
            return request;
        }
        catch (ConfigurationException error)
        {
            throw new UsageException(error.Message);
        }
    }

    /// <summary>What a path on this machine holds, or null where a hub is meant.</summary>
    private static string? LocalModel(string given)
    {
        if (!Path.Exists(given))
            return null;

        try
        {
            return ModelFileInfo.Read(given).Description;
        }
        catch (IcaeException) when (Directory.Exists(given) && HubModelId.IsName(given))
        {
            // A folder that only happens to have the name of a model at the hub.
            return null;
        }
    }

    private static int TellLocal(string given, string description, Terminal terminal)
    {
        var message = $"{given} is on this machine ({description}); it needs no pull. Give this path where a model is asked for.";
        if (terminal.IsJson)
            terminal.WriteJson(new JsonObject { ["path"] = Path.GetFullPath(given), ["pulled"] = false, ["message"] = message, ["ok"] = true });
        else
            terminal.Output.WriteLine(message);

        return ExitCodes.Ok;
    }

    private static void Tell(HubPullRequest request, HubPullResult result, PulledModel model, Terminal terminal)
    {
        if (model.Warning is { } warning)
            terminal.Error.WriteLine($"icae: warning: {warning}");

        if (terminal.IsJson)
        {
            terminal.WriteJson(Describe(request, result, model));
            return;
        }

        // Not through the console, which would break a long path.
        var bytes = result.Files.Sum(file => file.Size ?? 0);
        terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Name}: {model.Description ?? "fetched"}, commit {result.Commit}"));
        terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(result.WasThere ? "It was there already" : $"{result.FetchedBytes / 1e6:N1} MB were fetched")}: {result.Files.Count} files, {bytes / 1e6:N1} MB, in{Environment.NewLine}  {result.Path}"));
    }

    private static JsonObject Describe(HubPullRequest request, HubPullResult result, PulledModel model) => new()
    {
        ["id"] = request.Id.Text,
        ["endpoint"] = request.Endpoint.ToString(),
        ["revision"] = request.Revision,
        ["commit"] = result.Commit,
        ["name"] = result.Name,
        ["path"] = result.Path,
        ["pulled"] = !result.WasThere,
        ["fetched_bytes"] = result.FetchedBytes,
        ["description"] = model.Description,
        ["warning"] = model.Warning,
        ["files"] = new JsonArray([.. result.Files.Select(file => (JsonNode)new JsonObject { ["name"] = file.Name, ["bytes"] = file.Size, ["sha256"] = file.Sha256 })]),
        ["ok"] = true,
    };
}
