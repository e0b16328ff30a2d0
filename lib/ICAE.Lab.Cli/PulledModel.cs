using ICAE.Lab.Formats;
using ICAE.Lab.Models;

namespace ICAE.Lab.Cli;

/// <summary>What a fetched model turns out to be.</summary>
/// <param name="Description">In words, or null where its files are unsound.</param>
/// <param name="Warning">Why it cannot be used here, or null.</param>
internal sealed record PulledModel(string? Description, string? Warning)
{
    /// <summary>Reads headers and settings; the model is kept whatever they say.</summary>
    public static PulledModel Look(string path)
    {
        string? description = null;
        try
        {
            var info = ModelFileInfo.Read(path);
            description = info.Description;
            if (info.Kind is ModelFileKind.ModelFolder or ModelFileKind.Gguf)
            {
                var files = HubFolder.Open(path);
                _ = HuggingFaceConfig.Read(files.Config, files.ConfigPath);
            }

            return new PulledModel(description, null);
        }
        catch (IcaeException error)
        {
            return new PulledModel(description, $"the model is kept, but cannot be used: {error.Message}");
        }
    }
}
