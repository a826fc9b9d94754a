using Microsoft.Win32.SafeHandles;

namespace Assay.Reference.Ledger;

/// <summary>Bytes that survive the process. The seam at which tests let a disk fail or a machine stop.</summary>
internal interface IJournalStorage : IDisposable
{
    long Length { get; }

    /// <summary>Reads as many bytes as there are at an offset, up to the buffer's length.</summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken);

    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, long offset, CancellationToken cancellationToken);

    void Truncate(long length);

    /// <summary>Returns once everything written is on the disk.</summary>
    void Flush();
}

/// <summary>A file that this process alone has open.</summary>
internal sealed class FileStorage(string path) : IJournalStorage
{
    // Not shared: two ledgers on one file would both believe that they are the only writer.
    private readonly SafeFileHandle _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, FileOptions.Asynchronous);

    public long Length => RandomAccess.GetLength(_file);

    public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(_file, buffer, offset, cancellationToken);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, long offset, CancellationToken cancellationToken) =>
        RandomAccess.WriteAsync(_file, bytes, offset, cancellationToken);

    public void Truncate(long length) => RandomAccess.SetLength(_file, length);

    public void Flush() => RandomAccess.FlushToDisk(_file);

    public void Dispose() => _file.Dispose();
}
