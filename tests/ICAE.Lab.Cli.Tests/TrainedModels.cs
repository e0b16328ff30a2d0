using System.Globalization;

namespace ICAE.Lab.Cli.Tests;

/// <summary>A base, a restoring base and an autoencoder, each trained by the command for a few updates: they know nothing, but are whole.</summary>
public sealed class TrainedModels : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Texts { get; private set; } = "";

    public string Base => _folder.Path("base", "model");

    public string Restoring => _folder.Path("restoring", "model");

    public string Autoencoder => _folder.Path("autoencoder", "model");

    internal CommandResult BaseResult { get; private set; } = null!;

    internal CommandResult RestoringResult { get; private set; } = null!;

    internal CommandResult AutoencoderResult { get; private set; } = null!;

    public string Path(params string[] parts) => _folder.Path(parts);

    public async Task InitializeAsync()
    {
        Texts = _folder.Write("texts.txt", Sentences(2000));
        string[] common = ["--texts", Texts, "--validation", Texts, "--threads", "1", "--dtype", "float32", "--batch", "2", "--steps", "2", "--json"];
        BaseResult = await CommandResult.RunAsync(
            ["pretrain-base", "--run", Path("base"), "--vocabulary", "280", "--width", "16", "--layers", "1", "--heads", "2", "--length", "64", .. common]);
        RestoringResult = await CommandResult.RunAsync(["pretrain-base", "--run", Path("restoring"), "--base", Base, "--restoring", "--length", "64", .. common]);
        AutoencoderResult = await CommandResult.RunAsync(
            ["pretrain", "--run", Path("autoencoder"), "--base", Restoring, "--rank", "2", "--tokens-per-slot", "2", "--lengths", "16", "24", .. common]);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    /// <summary>Sentences that differ, so that a tokenizer finds pairs to merge.</summary>
    internal static string Sentences(int count) => string.Join('\n', Enumerable.Range(0, count).Select(i =>
        string.Create(CultureInfo.InvariantCulture, $"On day {i * 7919 % 1000} the {(i % 3 == 0 ? "grey" : "old")} lighthouse keeper counted {i * 31 % 97} boats and {(i % 2 == 0 ? "slept" : "sang")}.")));
}
