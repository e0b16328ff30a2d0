using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Formats.Downloads;

/// <summary>
/// The first bytes of a file, beside its place, with a note of which content they are from. What a broken connection or a killed process
/// leaves is gone on with, as long as that content is still the one wanted.
/// </summary>
internal sealed class PartFile
{
    public const string Suffix = ".part";
    public const string NoteSuffix = Suffix + ".json";

    private readonly string _notePath;
    private readonly string? _contentId;
    private readonly string _commit;

    /// <summary>Finds what is there of a file.</summary>
    /// <param name="target">The place of the whole file.</param>
    /// <param name="file">What is wanted.</param>
    /// <param name="commit">At which commit.</param>
    public PartFile(string target, RemoteFile file, string commit)
    {
        Path = target + Suffix;
        _notePath = target + NoteSuffix;
        (_contentId, _commit) = (file.ContentId, commit);
        Tag = ReadNote(out var isSame);
        if (!isSame || Length > (file.Size ?? long.MaxValue) || (Tag is null && _contentId is null && Length > 0))
            Restart();
    }

    /// <summary>The file with the first bytes.</summary>
    public string Path { get; }

    /// <summary>How many there are.</summary>
    public long Length => File.Exists(Path) ? FileChecks.LengthOf(Path) : 0;

    /// <summary>The server's mark of the content, where it gave one that holds byte by byte.</summary>
    public EntityTagHeaderValue? Tag { get; private set; }

    /// <summary>Throws away what is there.</summary>
    public void Restart()
    {
        try
        {
            File.Delete(Path);
            File.Delete(_notePath);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{Path}: the file cannot be deleted: {error.Message}", error);
        }

        Tag = null;
    }

    /// <summary>Notes which content the bytes are from, before the first one is written.</summary>
    public void Note(EntityTagHeaderValue? tag)
    {
        Tag = tag is { IsWeak: false } ? tag : null;
        AtomicFile.WriteText(_notePath, new JsonObject { ["content"] = _contentId, ["commit"] = _commit, ["etag"] = Tag?.ToString() }.ToJsonString() + "\n");
    }

    /// <summary>Opens the file to append to it.</summary>
    public FileStream Append()
    {
        try
        {
            return new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.Read, 1);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(error);
        }
    }

    /// <summary>Puts the whole file in its place.</summary>
    public void Complete(string target)
    {
        try
        {
            File.Move(Path, target, overwrite: true);
            File.Delete(_notePath);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{target}: the file cannot be put in its place: {error.Message}", error);
        }

        AtomicFile.SyncFolder(System.IO.Path.GetDirectoryName(target)!);
    }

    /// <summary>The error for bytes that cannot be written.</summary>
    public IcaeException Unwritable(Exception error) => new($"{Path}: the file cannot be written: {error.Message} What there is of it is kept.", error);

    private EntityTagHeaderValue? ReadNote(out bool isSame)
    {
        isSame = false;
        if (!File.Exists(_notePath))
            return null;

        try
        {
            // Content without a hash is the same at the same commit only.
            var note = new JsonFields(_notePath, BoundedJson.ReadObject(_notePath));
            isSame = _contentId is null ? note.OptionalText("content") is null && note.OptionalText("commit") == _commit : note.OptionalText("content") == _contentId;
            return note.OptionalText("etag") is { } text && EntityTagHeaderValue.TryParse(text, out var tag) ? tag : null;
        }
        catch (MalformedFileException)
        {
            // A note that says nothing is no note: the file begins anew.
            return null;
        }
    }
}
