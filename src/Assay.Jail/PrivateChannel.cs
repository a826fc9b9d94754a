using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Assay.Jail;

/// <summary>
/// The standard streams, taken away from the candidate's code before it is loaded: frames go over copies of 0 and 1, console output lands in 2, console input is at its end.
/// </summary>
internal sealed class PrivateChannel : Stream
{
    private const int DuplicateCloseOnExec = 1030;
    private const int FirstFree = 10;

    private readonly FileStream _input;
    private readonly FileStream _output;

    private PrivateChannel(int input, int output)
    {
        _input = Open(input, FileAccess.Read);
        _output = Open(output, FileAccess.Write);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Takes the standard streams. Call it first, once.</summary>
    /// <exception cref="IOException">The system refuses a descriptor.</exception>
    public static PrivateChannel Take()
    {
        var (input, output) = (Duplicate(0), Duplicate(1));
        using (var nothing = File.OpenHandle("/dev/null"))
            Replace(nothing.DangerousGetHandle().ToInt32(), 0);
        Replace(2, 1);
        return new PrivateChannel(input, output);
    }

    public override int Read(byte[] buffer, int offset, int count) => _input.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => _input.Read(buffer);

    public override void Write(byte[] buffer, int offset, int count) => _output.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => _output.Write(buffer);

    public override void Flush() => _output.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _input.Dispose();
            _output.Dispose();
        }

        base.Dispose(disposing);
    }

    private static FileStream Open(int descriptor, FileAccess access) => new(new SafeFileHandle(descriptor, ownsHandle: true), access, bufferSize: 0);

    private static int Duplicate(int descriptor)
    {
        var copy = fcntl(descriptor, DuplicateCloseOnExec, FirstFree);
        return copy >= 0 ? copy : throw new IOException($"fcntl: error {Marshal.GetLastPInvokeError()}");
    }

    private static void Replace(int from, int to)
    {
        if (dup2(from, to) < 0)
            throw new IOException($"dup2: error {Marshal.GetLastPInvokeError()}");
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int fcntl(int descriptor, int command, int argument);

    [DllImport("libc", SetLastError = true)]
    private static extern int dup2(int from, int to);
}
