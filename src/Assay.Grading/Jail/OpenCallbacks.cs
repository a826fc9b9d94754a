using Assay.Jail.Protocol;

namespace Assay.Grading.Jail;

/// <summary>
/// The calls of the host's delegates that are not answered yet, within their bounds. Patience asks it whom everybody waits for: while the host itself
/// is at work, a jail in which no thread runs is not stuck.
/// </summary>
internal sealed class OpenCallbacks(JailLimits limits)
{
    private static readonly AsyncLocal<bool> Inside = new();

    private int _made;
    private int _open;
    private long _bytes;

    // Delegates that are about to run or run on a thread of the host's, less those that wait for the jail in turn.
    private int _busy;

    /// <summary>Whether this flow of control is one of the host's delegates.</summary>
    public static bool IsInside => Inside.Value;

    /// <summary>Whether the host owes the next step: one of its delegates runs.</summary>
    public bool IsHostBusy => Volatile.Read(ref _busy) > 0;

    /// <summary>A check begins.</summary>
    public void Restart() => Volatile.Write(ref _made, 0);

    /// <summary>Notes a call.</summary>
    /// <returns>How the jail must end, because it was one too many; otherwise null.</returns>
    public JailEnd? Begin(Frame frame)
    {
        Interlocked.Increment(ref _busy);
        if (Interlocked.Increment(ref _open) > limits.OpenCallbacks)
            return new JailEnd("OLE", $"more than {limits.OpenCallbacks} callbacks at once");
        if (Interlocked.Add(ref _bytes, frame.Body.Length) > limits.OpenCallbackBytes)
            return new JailEnd("OLE", $"callbacks with more than {limits.OpenCallbackBytes >> 20} MiB at once");
        return Interlocked.Increment(ref _made) > limits.Callbacks
            ? new JailEnd("OLE", $"more than {limits.Callbacks} callbacks in one check")
            : null;
    }

    /// <summary>Everything from here on, in this flow of control, belongs to a delegate of the host's.</summary>
    public static void Enter() => Inside.Value = true;

    /// <summary>The delegate has returned; what it answers may still be to come.</summary>
    public void Returned() => Interlocked.Decrement(ref _busy);

    /// <summary>The answer is sent.</summary>
    public void End(Frame frame)
    {
        Interlocked.Add(ref _bytes, -frame.Body.Length);
        Interlocked.Decrement(ref _open);
    }

    /// <summary>A delegate waits for the jail.</summary>
    public void BeginWait() => Interlocked.Decrement(ref _busy);

    /// <summary>It goes on.</summary>
    public void EndWait() => Interlocked.Increment(ref _busy);
}
