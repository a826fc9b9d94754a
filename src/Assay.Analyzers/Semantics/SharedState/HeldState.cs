using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>What is known on one path through a function. Sites and facts are bits of their lists.</summary>
/// <param name="Held">The acquires whose lock is held.</param>
/// <param name="Blurred">The acquires whose lock may be held: handed to other code, or kept over an await by its thread.</param>
/// <param name="Lent">The acquires of a lock that the path gave back for its caller; taking it again only restores what was.</param>
/// <param name="Failed">The acquires that were tried on this path and did not take their lock.</param>
/// <param name="Known">The conditions whose value is known.</param>
/// <param name="Values">The values of the known conditions.</param>
/// <param name="IsFarFetched">Whether the path began with an exception that nobody expects there.</param>
/// <param name="Next">Where to go after the finally block that runs; null outside of one.</param>
internal readonly record struct HeldState(ulong Held, ulong Blurred, ulong Lent, ulong Failed, ulong Known, ulong Values, bool IsFarFetched, AfterFinally? Next)
{
    public HeldState Acquire(int site) => this with { Held = Held | Bit(site), Blurred = Blurred & ~Bit(site), Failed = Failed & ~Bit(site) };

    public HeldState Lend(ulong sites) => this with { Lent = Lent | sites };

    public HeldState TakeBack(ulong sites) => this with { Lent = Lent & ~sites, Failed = Failed & ~sites };

    public HeldState Fail(int site) => this with { Failed = Failed | Bit(site) };

    public HeldState Release(ulong sites) => this with { Held = Held & ~sites, Blurred = Blurred & ~sites };

    public HeldState Blur(ulong sites) => this with { Blurred = Blurred | Held & sites, Held = Held & ~sites };

    public bool? Fact(int fact) => (Known & Bit(fact)) == 0 ? null : (Values & Bit(fact)) != 0;

    public HeldState With(int fact, bool value) => this with { Known = Known | Bit(fact), Values = value ? Values | Bit(fact) : Values & ~Bit(fact) };

    public HeldState Forget(ulong facts) => this with { Known = Known & ~facts, Values = Values & ~facts };

    public static ulong Bit(int index) => 1UL << index;
}

/// <summary>What follows a finally block: the rest of a branch, or the exception going on.</summary>
/// <param name="Branch">The branch that left the try; null for an exception.</param>
/// <param name="Index">The next of the branch's finally blocks.</param>
/// <param name="Left">The region that an exception has left.</param>
/// <param name="Outer">What follows the finally block around this one.</param>
internal sealed record AfterFinally(ControlFlowBranch? Branch, int Index, ControlFlowRegion? Left, AfterFinally? Outer);
