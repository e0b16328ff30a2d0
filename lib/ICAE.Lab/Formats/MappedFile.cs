using System.IO.MemoryMappedFiles;

namespace ICAE.Lab.Formats;

/// <summary>A file mapped for reading. Its bytes are reached through <see cref="Borrow"/>, which keeps the mapping alive meanwhile.</summary>
internal sealed class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;

    private MappedFile(string path, long length, MemoryMappedFile map, MemoryMappedViewAccessor view)
    {
        Path = path;
        Length = length;
        _map = map;
        _view = view;
    }

    public string Path { get; }

    public long Length { get; }

    /// <summary>Maps a file.</summary>
    /// <exception cref="MalformedFileException">There is no such file, it is empty, or it may not be read.</exception>
    public static MappedFile Open(string path)
    {
        FileChecks.RequireContent(path);
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);
            try
            {
                var length = stream.Length;
                if (length == 0)
                    throw new MalformedFileException(path, "", "the file is empty");

                var map = MemoryMappedFile.CreateFromFile(
                    stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
                return new MappedFile(path, length, map, map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read));
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw FileChecks.Unreadable(path, error);
        }
    }

    /// <summary>Keeps the mapping alive until the result is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The file has been closed.</exception>
    public Lease Borrow() => new(this);

    public void Dispose()
    {
        _view.Dispose();
        _map.Dispose();
    }

    /// <summary>Access to the mapped bytes.</summary>
    internal readonly unsafe struct Lease : IDisposable
    {
        private readonly MappedFile _file;
        private readonly byte* _start;

        public Lease(MappedFile file)
        {
            _file = file;
            byte* start = null;
            file._view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            _start = start + file._view.PointerOffset;
        }

        /// <summary>Bytes of the file.</summary>
        public ReadOnlySpan<byte> Slice(long offset, int length)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, _file.Length - length);
            return new ReadOnlySpan<byte>(_start + offset, length);
        }

        public void Dispose() => _file._view.SafeMemoryMappedViewHandle.ReleasePointer();
    }
}
