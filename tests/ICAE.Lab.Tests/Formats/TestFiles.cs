namespace ICAE.Lab.Tests.Formats;

/// <summary>Folders for what tests write.</summary>
internal static class TestFiles
{
    /// <summary>A new empty folder, deleted with the result.</summary>
    public static TemporaryFolder NewFolder() => new();

    internal sealed class TemporaryFolder : IDisposable
    {
        public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("icae-test-").FullName;

        public string Path { get; }

        public string File(string name) => System.IO.Path.Combine(Path, name);

        public string Write(string name, byte[] bytes)
        {
            System.IO.File.WriteAllBytes(File(name), bytes);
            return File(name);
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
