using System.Security.Cryptography;
using ICAE.Lab.Formats;
using ICAE.Lab.Formats.Downloads;

namespace ICAE.Lab.Data.Corpora;

/// <summary>
/// A corpus' folder while texts are fetched into it. Texts that are made wait in a hidden folder in it, under names that no reader of texts takes up,
/// with a manifest of their own; when all are there they are moved to their places, and the manifest is written last. What is in the
/// manifest was fetched once and has the hash that it had then: it is never fetched with another one, nor is a file that somebody changed overwritten.
/// </summary>
internal sealed class CorpusFolder : IDisposable
{
    private const string Hidden = ".fetch";
    private const string Waiting = ".made";

    private readonly string _path;
    private readonly string _hidden;
    private readonly IDisposable _lock;
    private readonly List<CorpusText> _published;
    private readonly List<CorpusText> _made;

    private CorpusFolder(string path, string recipe)
    {
        _path = path;
        _hidden = Path.Combine(path, Hidden);
        DownloadFolder.Make(_hidden);
        _lock = DownloadLock.Take(Path.Combine(_hidden, "lock"), path);
        try
        {
            _published = [.. CorpusManifest.Read(ManifestPath)];
            if (_published.FirstOrDefault(text => text.Recipe != recipe) is { } stranger)
                throw new IcaeException($"{path}: the folder holds another corpus ({stranger.File}{(stranger.Recipe.Length > 0 ? $" of the recipe {FileChecks.Quote(stranger.Recipe)}" : "")}); give {recipe} a folder of its own with --output.");

            AtomicFile.DeleteLeftovers(path);
            AtomicFile.DeleteLeftovers(_hidden);
            _made = [.. CorpusManifest.Read(MadePath).Where(text => text.Recipe == recipe)];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The texts in the manifest.</summary>
    public IReadOnlyList<CorpusText> Published => _published;

    private string ManifestPath => Path.Combine(_path, CorpusManifest.FileName);

    private string MadePath => Path.Combine(_hidden, CorpusManifest.FileName);

    /// <summary>Takes a folder.</summary>
    /// <param name="path">The folder; made if need be.</param>
    /// <param name="recipe">The recipe whose texts go there.</param>
    /// <exception cref="IcaeException">It cannot be made, another process has it, or it holds another corpus.</exception>
    public static CorpusFolder Open(string path, string recipe) => new(Path.GetFullPath(path), recipe);

    /// <summary>A text that is here already, whole and with its hash, or null.</summary>
    /// <param name="wanted">The text.</param>
    /// <exception cref="IcaeException">Something else lies in its place.</exception>
    public CorpusText? Find(CorpusText wanted)
    {
        var place = Place(wanted);
        if (_published.Find(text => text.File == wanted.File) is { } there)
        {
            if (!there.IsSameAs(wanted))
                throw new IcaeException($"{place}: the folder holds this text from {there.Source} at {there.Commit}, by rules {there.Rules}, but {wanted.Source}{(wanted.Commit.Length > 0 ? $" at {wanted.Commit}" : "")}, by rules {wanted.Rules}, is wanted; fetch it into another folder with --output.");

            if (!File.Exists(place))
                return null;

            return Hash(place) == there.Sha256
                ? there with { Split = wanted.Split }
                : throw new IcaeException($"{place}: the file is not as it was fetched (SHA-256 {Hash(place)} in place of {there.Sha256}); move it away to have it fetched anew.");
        }

        var made = _made.Find(text => text.IsSameAs(wanted));
        if (Path.Exists(place) && (made is null || Directory.Exists(place) || Hash(place) != made.Sha256))
            throw new IcaeException($"{place}: something lies here that was not fetched; move it away, or give another folder with --output.");

        var isHere = made is not null && (File.Exists(place) || (File.Exists(MadePlace(made)) && Hash(MadePlace(made)) == made.Sha256));
        return isHere ? made! with { Split = wanted.Split } : null;
    }

    /// <summary>A folder for the files that a text is made from.</summary>
    public string Work(CorpusText wanted)
    {
        var work = Path.Combine(_hidden, wanted.Commit.Length > 0 ? $"{wanted.File}@{wanted.Commit}" : wanted.File);
        DownloadFolder.Make(work);
        return work;
    }

    /// <summary>Throws away what was fetched for a text, because no text can be made from it.</summary>
    public void Discard(CorpusText wanted) => Clear(Work(wanted));

    /// <summary>Where a text is written.</summary>
    public string MadePlace(CorpusText text) => Path.Combine(_hidden, text.File + Waiting);

    /// <summary>Takes up a text that was made.</summary>
    /// <param name="wanted">The text as it was wanted.</param>
    /// <param name="text">The text as it is.</param>
    /// <returns>The text with its hash.</returns>
    /// <exception cref="IcaeException">It is not what it was before, or what it should be.</exception>
    public CorpusText TakeUp(CorpusText wanted, CorpusText text)
    {
        var hash = Hash(MadePlace(text));
        var before = (_published.Find(other => other.File == text.File) ?? _made.Find(other => other.IsSameAs(text)))?.Sha256;
        if ((before ?? (wanted.Sha256.Length > 0 ? wanted.Sha256 : null)) is { } known && known != hash)
        {
            File.Delete(MadePlace(text));
            throw new IcaeException($"{text.Title} from {text.Source} at {text.Commit} has the SHA-256 {hash}, but {(before is null ? "the recipe names" : "when it was first fetched it had")} {known}; it was thrown away.");
        }

        var whole = text with { Sha256 = hash };
        _made.RemoveAll(other => other.File == whole.File);
        _made.Add(whole);
        CorpusManifest.Write(MadePath, _made);
        Clear(Work(wanted));
        return whole;
    }

    /// <summary>Moves all texts to their places and writes the manifest.</summary>
    /// <param name="texts">The texts of the recipe, in its order; those of earlier fetches stay.</param>
    /// <returns>All texts in the folder.</returns>
    public IReadOnlyList<CorpusText> Publish(IReadOnlyList<CorpusText> texts)
    {
        foreach (var text in texts.Where(text => File.Exists(MadePlace(text))))
            Guard(Place(text), () => File.Move(MadePlace(text), Place(text), overwrite: true));

        AtomicFile.SyncFolder(_path);
        var names = texts.Select(text => text.File).ToHashSet(StringComparer.Ordinal);
        IReadOnlyList<CorpusText> all = [.. _published.Where(text => !names.Contains(text.File)), .. texts];
        CorpusManifest.Write(ManifestPath, all);
        foreach (var left in Directory.GetDirectories(_hidden))
            Clear(left);

        File.Delete(MadePath);
        return all;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Before the lock is let go: whoever takes it next must find the file that it is on. Windows does not delete a file that is open.
        if (OperatingSystem.IsWindows())
            _lock.Dispose();

        try
        {
            if (!File.Exists(MadePath) && Directory.GetDirectories(_hidden).Length == 0)
                Directory.Delete(_hidden, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // An empty hidden folder harms nobody; another process may have just taken it.
        }

        _lock.Dispose();
    }

    private string Place(CorpusText text) => Path.Combine(_path, text.File);

    private static void Clear(string folder) => Guard(folder, () => Directory.Delete(folder, recursive: true));

    private static string Hash(string path)
    {
        var hash = "";
        Guard(path, () =>
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            hash = Convert.ToHexStringLower(SHA256.HashData(file));
        });
        return hash;
    }

    private static void Guard(string path, Action change)
    {
        try
        {
            change();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{path}: the corpus cannot be put here: {error.Message}", error);
        }
    }
}
