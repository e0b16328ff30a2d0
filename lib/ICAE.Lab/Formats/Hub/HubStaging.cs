using ICAE.Lab.Formats.Downloads;

namespace ICAE.Lab.Formats.Hub;

/// <summary>
/// A model's folder on its way: it is filled in a hidden place and renamed when it is whole. An earlier revision is moved aside first,
/// and whatever else somebody put in its folder is moved over; a process that dies in between is made good for by the next pull.
/// </summary>
/// <param name="places">Where things are.</param>
internal sealed class HubStaging(HubPlaces places)
{
    private string RecordPath => Path.Combine(places.Target, HubRecord.FileName);

    /// <summary>Ends what a killed pull began, and says what is there.</summary>
    /// <returns>The record of the model that is there, or <see langword="null"/>.</returns>
    /// <exception cref="IcaeException">There is something under the name that no pull put there, or a folder cannot be moved.</exception>
    public HubRecord? Recover() => Guard<HubRecord?>(() =>
    {
        if (Directory.Exists(places.Replaced))
        {
            if (Directory.Exists(places.Target))
                MoveOver();
            else
                Directory.Move(places.Replaced, places.Target);
        }

        if (HubRecord.Read(RecordPath) is { } record)
            return record;

        var stranger = Directory.Exists(places.Target) ? Directory.EnumerateFiles(places.Target).FirstOrDefault(file => !BelongsToSingleFile(file)) : null;
        return stranger is null && !File.Exists(places.Target)
            ? null
            : throw new IcaeException($"{places.Target}: something lies here that was not pulled ({Path.GetFileName(stranger ?? places.Target)}); give the model another name with --name, or move it away.");
    });

    /// <summary>Makes the hidden folder and clears it of what another revision left.</summary>
    /// <param name="files">The files that are wanted.</param>
    public void Prepare(IReadOnlyList<RemoteFile> files) => Guard(() =>
    {
        DownloadFolder.Make(places.Staging);
        AtomicFile.DeleteLeftovers(places.Staging);
        var wanted = files.SelectMany(file => (string[])[file.Name, file.Name + PartFile.Suffix, file.Name + PartFile.NoteSuffix]).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(places.Staging).Where(file => !wanted.Contains(Path.GetFileName(file))))
            File.Delete(file);

        return true;
    });

    /// <summary>Puts the whole model under its name.</summary>
    public void Publish() => Guard(() =>
    {
        DownloadFolder.Make(Path.GetDirectoryName(places.Target)!);
        if (Directory.Exists(places.Target))
            Directory.Move(places.Target, places.Replaced);

        Directory.Move(places.Staging, places.Target);
        if (Directory.Exists(places.Replaced))
            MoveOver();

        AtomicFile.SyncFolder(Path.GetDirectoryName(places.Target)!);
        return true;
    });

    private void MoveOver()
    {
        var old = HubRecord.Read(Path.Combine(places.Replaced, HubRecord.FileName));
        var own = (old?.Files.Select(file => file.Name) ?? []).Append(HubRecord.FileName).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in Directory.GetFileSystemEntries(places.Replaced))
        {
            var (name, target) = (Path.GetFileName(entry), Path.Combine(places.Target, Path.GetFileName(entry)));
            if (own.Contains(name) || Path.Exists(target))
                continue;

            if (Directory.Exists(entry))
                Directory.Move(entry, target);
            else
                File.Move(entry, target);
        }

        Directory.Delete(places.Replaced, recursive: true);
    }

    private static bool BelongsToSingleFile(string file)
    {
        var name = Path.GetFileName(file);
        return name.EndsWith(HubRecord.FileName, StringComparison.Ordinal)
            || ((string[])[".gguf", PartFile.Suffix, PartFile.NoteSuffix]).Any(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase))
            || File.Exists($"{file}.{HubRecord.FileName}");
    }

    private T Guard<T>(Func<T> change)
    {
        try
        {
            return change();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{places.Target}: the model cannot be put here: {error.Message}", error);
        }
    }
}
