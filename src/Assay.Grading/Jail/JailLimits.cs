namespace Assay.Grading.Jail;

/// <summary>What one run in the jail may use. Part of a grade's identity: the same limits, the same grade.</summary>
public sealed record JailLimits
{
    /// <summary>Processor time of all threads together, from start to end of a jail.</summary>
    public TimeSpan Cpu { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Processor time of one request, where the kernel counts it.</summary>
    public TimeSpan RequestCpu { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long one request may take by the wall clock: many times what an ordinary one takes on a busy machine.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a request may go without any thread running, where the kernel counts it: a thread that only waits for a processor runs now and then.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Memory, in bytes, the runtime's own included.</summary>
    public long Memory { get; init; } = 384L << 20;

    /// <summary>The managed heap, in bytes. Below <see cref="Memory"/>, so that a managed bomb ends in an exception that can be told.</summary>
    public long Heap { get; init; } = 256L << 20;

    /// <summary>Processes and threads together.</summary>
    public int Tasks { get; init; } = 128;

    /// <summary>Console output, in bytes, after which the jail is ended.</summary>
    public long Output { get; init; } = 4L << 20;

    /// <summary>Calls of the host's delegates in one check.</summary>
    public int Callbacks { get; init; } = 10_000;

    /// <summary>Calls of the host's delegates that have not been answered yet.</summary>
    public int OpenCallbacks { get; init; } = 256;

    /// <summary>The arguments of those, in bytes.</summary>
    public long OpenCallbackBytes { get; init; } = 16L << 20;

    /// <summary>The scratch folder, in bytes; it counts as memory.</summary>
    public long Disk { get; init; } = 16L << 20;
}
