using System.Collections.Concurrent;
using System.Diagnostics;
using Assay.Jail.Protocol;

namespace Assay.Grading.Jail;

/// <summary>
/// A running jail as the host sees it: frames both ways, its output, and how it ended. Every frame is held against the requests that are outstanding; one that fits none is tampering.
/// </summary>
public sealed class JailProcess : IDisposable
{
    private const int ShareOfLittle = 10;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    // The smallest that a system gives; several that are not read come together only where a load is open, which has its own clock.
    private const int LeastOfPipe = 4096;

    private readonly Process _process;
    private readonly ControlGroup? _group;
    private readonly JailLimits _limits;
    private readonly BoundedOutput _output = new();
    private readonly ConcurrentDictionary<long, Pending> _pending = new();
    private readonly Ended _ended = new();
    private readonly Thread _reader;
    private int _isEnding;
    private int _told;
    private int _telling;
    private int _isLooking;
    private int _looksTaken;
    private Timer? _looks;
    private bool _isGone;
    private volatile bool _hasAnswered;
    private TimeSpan? _cpuAtEnd;
    private long _requests = Random.Shared.NextInt64(1L << 40, 1L << 60);

    internal JailProcess(Process process, ControlGroup? group, JailLimits limits)
    {
        _process = process;
        _group = group;
        _limits = limits;
        OpenCallbacks = new OpenCallbacks(limits);
        Frames = new FrameStream(process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
        Start("jail frames", ReadFrames);
        _reader = Start("jail output", ReadOutput);
    }

    /// <summary>How it ended; null while it runs.</summary>
    public JailEnd? End => _ended.Value;

    /// <summary>What the candidate wrote to the console, its beginning.</summary>
    public string Output => _output.Text;

    /// <summary>Processor time so far, when the kernel counts it.</summary>
    public TimeSpan? Cpu => _isGone ? _cpuAtEnd : _group?.Cpu;

    /// <summary>The kernel group it is in; null where there is none.</summary>
    internal ControlGroup? Group => _group;

    /// <summary>What it may use.</summary>
    internal JailLimits Limits => _limits;

    internal FrameStream Frames { get; }

    /// <summary>The callbacks that the host has not answered yet.</summary>
    internal OpenCallbacks OpenCallbacks { get; }

    /// <summary>The thread on which a check runs that looks at this jail; null when nobody says so. While it computes, the next step is not the jail's.</summary>
    internal Thread? Checker { get; set; }

    /// <summary>How often the requests that nobody's thread waits for were looked at.</summary>
    internal int Looks => Volatile.Read(ref _looksTaken);

    /// <summary>Called on the reading thread for each callback of the candidate's. Gives how the jail must end; null when it may go on.</summary>
    internal Func<Frame, JailEnd?>? Callback { get; set; }

    /// <summary>Called when the candidate cancels a callback.</summary>
    internal Action<long>? CallbackCancelled { get; set; }

    /// <summary>Sends a request.</summary>
    /// <exception cref="JailEndedException">The jail has ended.</exception>
    internal Pending Ask(FrameKind kind, byte[] body)
    {
        var number = Interlocked.Increment(ref _requests);
        var pending = new Pending();
        _pending[number] = pending;
        Tell(kind, number, body);
        if (End is { } end)
            pending.Fail(end);
        return pending;
    }

    /// <summary>Sends a frame that is not answered.</summary>
    /// <exception cref="JailEndedException">The jail has ended.</exception>
    internal void Tell(FrameKind kind, long number, byte[] body)
    {
        Interlocked.Increment(ref _told);
        Interlocked.Increment(ref _telling);
        // A pipe takes little that nobody reads: whoever stops reading would hold the grader for ever.
        using var unread = body.Length < LeastOfPipe ? null : new Timer(_ => Finish(new JailEnd("TLE-wall", $"what it was sent was not read for {_limits.Request.TotalSeconds:0.#} s")), null, _limits.Request, Timeout.InfiniteTimeSpan);
        try
        {
            Frames.Send(kind, number, body);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new JailEndedException(Finish(null));
        }
        finally
        {
            Interlocked.Decrement(ref _telling);
        }
    }

    /// <summary>Whether a process or thread was refused.</summary>
    internal bool TasksExceeded => !_isGone && _group?.TasksExceeded == true;

    /// <summary>
    /// Whether it is fit for another stage, by what the kernel counts: what a submission leaves behind may be neither to its harm nor in the way of its limits. No where nobody counts.
    /// </summary>
    internal bool IsLittleUsed => End is null && _group is { } group
        && group.Cpu < _limits.Cpu / ShareOfLittle && group.Memory < _limits.Memory / 2 && group.Tasks < _limits.Tasks / 4;

    /// <summary>Waits for an answer, and ends the jail when it does not come in time.</summary>
    /// <exception cref="JailEndedException">The jail ended, by itself or by us.</exception>
    internal Frame Wait(Pending pending)
    {
        var isInside = OpenCallbacks.IsInside;
        if (isInside)
            OpenCallbacks.BeginWait();
        var patience = new Patience(_limits);
        while (!pending.Wait(Patience.Step))
            Look(patience);

        if (isInside)
            OpenCallbacks.EndWait();
        return Answered(pending);
    }

    /// <summary>Waits for an answer without a thread.</summary>
    /// <exception cref="JailEndedException">The jail ended, by itself or by us.</exception>
    internal async Task<Frame> WaitAsync(Pending pending)
    {
        pending.Patience = new Patience(_limits);
        // One clock for all of them: most are answered before its first look.
        if (_looks is null && End is null)
            LazyInitializer.EnsureInitialized(ref _looks, () => new Timer(static jail => ((JailProcess)jail!).LookAtAll(), this, Patience.Step, Patience.Step));
        await pending.Answer.ConfigureAwait(false);
        return Answered(pending);
    }

    /// <summary>Nobody waits any more for what is outstanding. When the answers come, they are taken and forgotten.</summary>
    internal void Abandon()
    {
        foreach (var pending in _pending.Values)
            pending.Abandon();
    }

    /// <summary>Ends the jail and everything in it. A jail is never asked to leave.</summary>
    public void Dispose()
    {
        // One that answered nonsense is ended at once, and once more by whoever started it.
        if (_isGone)
            return;
        Finish(new JailEnd("OK", "done"));
        StopLooking();
        // The kernel's count goes with the group.
        (_cpuAtEnd, _isGone) = (Cpu, true);
        _process.Dispose();
        _group?.Dispose();
    }

    // A check that computes, or a delegate of its that runs, holds things up itself; one that sends to a jail that does not read is held up by it.
    private bool HostWaits => !OpenCallbacks.IsHostBusy
        && (Checker is not { } checker || checker == Thread.CurrentThread || (checker.ThreadState & System.Threading.ThreadState.WaitSleepJoin) != 0 || Volatile.Read(ref _telling) > 0);

    private void Look(Patience patience)
    {
        if (patience.EndsWith(Cpu, HostWaits, Volatile.Read(ref _told)) is { } end)
            Finish(end);
    }

    private void LookAtAll()
    {
        // A look that ends the jail may take longer than a step.
        if (Interlocked.Exchange(ref _isLooking, 1) != 0)
            return;
        try
        {
            foreach (var pending in _pending.Values)
            {
                if (pending.Patience is { } patience && End is null)
                    Look(patience);
            }
        }
        catch (IOException)
        {
            // The kernel's count could not be read. The next look may; what it counts from is what was read before.
        }

        Interlocked.Increment(ref _looksTaken);
        Volatile.Write(ref _isLooking, 0);
    }

    private void StopLooking()
    {
        if (Interlocked.Exchange(ref _looks, null) is not { } looks)
            return;
        using var over = new ManualResetEvent(initialState: false);
        if (looks.Dispose(over))
            over.WaitOne();
    }

    private void ReadFrames()
    {
        try
        {
            while (Frames.Receive() is { } frame)
                Accept(frame);
            Finish(null);
        }
        catch (Exception e) when (e is ProtocolException or EndOfStreamException or FormatException)
        {
            Finish(new JailEnd("TAMPER", e.Message));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Finish(null);
        }
    }

    private void Accept(Frame frame)
    {
        _hasAnswered = true;
        switch (frame.Kind)
        {
            case FrameKind.Callback when Callback is { } callback:
                if (callback(frame) is { } end)
                    Finish(end);
                break;
            case FrameKind.CallbackCancelled:
                CallbackCancelled?.Invoke(frame.Number);
                break;
            case FrameKind.Value or FrameKind.Threw or FrameKind.Refused or FrameKind.History or FrameKind.Explored or FrameKind.Replayed when _pending.TryRemove(frame.Number, out var pending):
                pending.Complete(frame);
                break;
            default:
                throw new ProtocolException($"an answer ({(byte)frame.Kind}) to nothing that was asked");
        }
    }

    private void ReadOutput()
    {
        if (_output.Drain(_process.StandardError.BaseStream, _limits.Output))
            Finish(new JailEnd("OLE", $"more than {_limits.Output >> 20} MiB of console output"));
    }

    private Frame Answered(Pending pending)
    {
        if (pending.Frame is { } frame)
            return frame;
        throw pending.IsAbandoned ? new OperationCanceledException("The check is over.") : new JailEndedException(pending.End ?? Finish(null));
    }

    /// <summary>Ends it once; who comes first says why, the others wait until it is known how.</summary>
    private JailEnd Finish(JailEnd? why)
    {
        if (Interlocked.Exchange(ref _isEnding, 1) != 0)
            return End ?? _ended.Wait();
        var cpu = Cpu;
        if (why is not null)
            Kill();
        _process.WaitForExit();
        // What it said last tells a stack overflow from a wild pointer; with the process gone the stream is at its end.
        if (Thread.CurrentThread != _reader)
            _reader.Join(LastWords);
        var end = JailEnd.Of(why, _process.ExitCode, cpu ?? Cpu, _group, _limits, _output.Text, _hasAnswered);
        _ended.Set(end);
        foreach (var pending in _pending.Values)
            pending.Fail(end);
        return end;
    }

    private void Kill()
    {
        // The first process of the pid namespace takes all others with it; members that are still listed are ended one by one.
        _process.Kill(entireProcessTree: _group is null);
        for (var i = 0; i < 100 && _group?.Members is { Count: > 0 } members; i++)
        {
            foreach (var member in members)
                Signals.Kill(member);
        }
    }

    private static Thread Start(string name, ThreadStart work)
    {
        var thread = new Thread(work, 256 << 10) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }
}

/// <summary>One outstanding request.</summary>
internal sealed class Pending
{
    private readonly TaskCompletionSource<Frame?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    // Without spinning: an answer takes longer than that, and what spins here the jail lacks.
    private readonly ManualResetEventSlim _answered = new(initialState: false, spinCount: 0);

    /// <summary>The answer, when one came.</summary>
    public Frame? Frame { get; private set; }

    /// <summary>Why none will come.</summary>
    public JailEnd? End { get; private set; }

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>How long it is waited for, when no thread does.</summary>
    public Patience? Patience { get; set; }

    /// <summary>Ends with the answer, or with null when none will come.</summary>
    public Task<Frame?> Answer => _answer.Task;

    public void Complete(Frame frame)
    {
        Frame = frame;
        _answered.Set();
        _answer.TrySetResult(frame);
    }

    public void Fail(JailEnd end)
    {
        End ??= end;
        _answered.Set();
        _answer.TrySetResult(null);
    }

    public void Abandon()
    {
        IsAbandoned = true;
        _answered.Set();
        _answer.TrySetResult(null);
    }

    public bool Wait(TimeSpan most) => _answered.Wait(most);
}

/// <summary>An end that is told once, to all who wait for it.</summary>
internal sealed class Ended
{
    private readonly ManualResetEventSlim _isKnown = new();
    private volatile JailEnd? _value;

    /// <summary>The end; null while it is not known.</summary>
    public JailEnd? Value => _value;

    public void Set(JailEnd end)
    {
        _value = end;
        _isKnown.Set();
    }

    public JailEnd Wait()
    {
        _isKnown.Wait();
        return _value!;
    }
}
