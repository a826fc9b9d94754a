using Assay.Jail.Protocol;

namespace Assay.Grading.Jail;

/// <summary>One jail with one submission loaded, and requests to it. Not for concurrent use, except that tasks it gave may be awaited together.</summary>
internal sealed class JailSession : IDisposable
{
    private readonly JailProcess _process;
    private readonly HostCrossing _crossing;

    public JailSession(JailLauncher launcher)
    {
        _process = launcher.Start();
        _crossing = new HostCrossing(_process);
    }

    /// <summary>The running jail.</summary>
    public JailProcess Process => _process;

    /// <summary>What crosses besides values.</summary>
    public HostCrossing Crossing => _crossing;

    /// <summary>Whether the woven copy is in the jail: it is brought in when the first program is explored.</summary>
    public bool IsWovenLoaded { get; set; }

    /// <summary>Finds out whether a driver answers at all.</summary>
    /// <exception cref="JailEndedException">It does not.</exception>
    public void Reach() => _process.Wait(_process.Ask(FrameKind.Reset, []));

    /// <summary>Loads the candidate's assembly.</summary>
    /// <exception cref="JailRefusedException">No class in it fulfils the contract.</exception>
    public void Load(Type contract, byte[] assembly) => Ask(FrameKind.Load, writer =>
    {
        writer.Write(contract.FullName!);
        writer.Write(assembly.Length);
        writer.Write(assembly);
    });

    /// <summary>Forgets all instances; the clock is at its start again.</summary>
    public void Reset()
    {
        _process.Abandon();
        _crossing.Forget();
        Ask(FrameKind.Reset, _ => { });
    }

    /// <summary>The kind of a call of a method: one from within a callback does not wait for its turn.</summary>
    public static FrameKind Invoking => OpenCallbacks.IsInside ? FrameKind.InvokeAside : FrameKind.Invoke;

    /// <summary>Asks and waits.</summary>
    public BinaryReader Ask(FrameKind kind, Action<BinaryWriter> write) => Answer(_process.Wait(Begin(kind, write)));

    /// <summary>Asks without waiting; the request is ended by the same clock.</summary>
    public async Task<BinaryReader> AskAsync(FrameKind kind, Action<BinaryWriter> write) =>
        Answer(await _process.WaitAsync(Begin(kind, write)).ConfigureAwait(false));

    public void Dispose()
    {
        _process.Dispose();
        _crossing.Dispose();
    }

    private Pending Begin(FrameKind kind, Action<BinaryWriter> write)
    {
        var body = new MemoryStream();
        write(new BinaryWriter(body));
        return _process.Ask(kind, body.ToArray());
    }

    private static BinaryReader Answer(Frame frame)
    {
        var reader = new BinaryReader(new MemoryStream(frame.Body));
        return frame.Kind switch
        {
            FrameKind.Threw => throw Thrown.Read(reader),
            FrameKind.Refused => throw new JailRefusedException(reader.ReadString()),
            _ => reader,
        };
    }
}

/// <summary>The driver could not do what was asked, e.g. there is no class that fulfils the contract.</summary>
public sealed class JailRefusedException(string message) : Exception(message);
