using ICAE.Lab.Formats.Downloads;

namespace ICAE.Lab.Data.Corpora;

/// <summary>
/// Fetches the texts of a recipe into a folder that training reads: each text a file, and a manifest with source, version, licence, hash and split.
/// </summary>
public static class CorpusFetch
{
    /// <summary>The user's own folder for corpora; it need not exist.</summary>
    public static string UserFolder => UserData.Folder("corpora");

    /// <summary>Fetches what is not there yet. Stopped or broken off, it keeps what it has, and the next call goes on from there.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="folder">The corpus' folder.</param>
    /// <param name="progress">Told how far it is; <see langword="null"/> for nobody.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What is there now.</returns>
    /// <exception cref="ConfigurationException">The recipe asks for what cannot be.</exception>
    /// <exception cref="IcaeException">A server refuses or cannot be reached, a text is not what it should be, or a file cannot be written.</exception>
    public static Task<CorpusFetchResult> RunAsync(CorpusRecipe recipe, string folder, IProgress<CorpusFetchProgress>? progress = null, CancellationToken cancellation = default) =>
        RunAsync(recipe, folder, Task.Delay, progress, cancellation);

    internal static async Task<CorpusFetchResult> RunAsync(
        CorpusRecipe recipe, string folder, Func<TimeSpan, CancellationToken, Task> delay, IProgress<CorpusFetchProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var told = new Progress(progress);
        using var downloads = new CorpusDownloads(recipe.Token, told, delay);
        using var place = CorpusFolder.Open(folder, recipe.Name);
        var wanted = await recipe.ListAsync(downloads, cancellation).ConfigureAwait(false);
        told.Count = wanted.Count;
        var (texts, missing) = (new Dictionary<string, CorpusText>(), new List<CorpusText>());
        foreach (var text in wanted)
        {
            if (place.Find(text) is { } there)
                texts.Add(text.File, there);
            else
                missing.Add(text);
        }

        foreach (var text in missing)
        {
            cancellation.ThrowIfCancellationRequested();
            told.At(text.Title, texts.Count);
            var made = await MakeAsync(recipe, downloads, text, place, cancellation).ConfigureAwait(false);
            texts.Add(text.File, place.TakeUp(text, made));
        }

        cancellation.ThrowIfCancellationRequested();
        told.At("", texts.Count);
        var all = place.Publish([.. wanted.Select(text => texts[text.File])]);
        return new CorpusFetchResult(Path.GetFullPath(folder), all, missing.Count, downloads.Meter.FetchedBytes);
    }

    private static async Task<CorpusText> MakeAsync(CorpusRecipe recipe, CorpusDownloads downloads, CorpusText text, CorpusFolder place, CancellationToken cancellation)
    {
        try
        {
            return await recipe.MakeAsync(downloads, text, place.Work(text), place.MadePlace(text), cancellation).ConfigureAwait(false);
        }
        catch (MalformedFileException)
        {
            // What is unsound would be so the next time as well; it may have been a cut or a fault on the way.
            place.Discard(text);
            throw;
        }
    }

    /// <summary>Adds to the bytes which text they are for.</summary>
    private sealed class Progress(IProgress<CorpusFetchProgress>? owner) : IProgress<DownloadProgress>
    {
        private string _text = "";
        private int _done;
        private DownloadProgress _last = new("", 0, 0, 0);

        public int Count { get; set; }

        public void At(string text, int done)
        {
            (_text, _done) = (text, done);
            Report(_last with { Note = null });
        }

        public void Report(DownloadProgress value)
        {
            _last = value;
            owner?.Report(new CorpusFetchProgress(_text, _done, Count, value));
        }
    }
}
