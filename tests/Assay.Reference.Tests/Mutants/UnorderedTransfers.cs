using Assay.Reference.Ledger;
using Assay.Verify;

namespace Assay.Reference.Tests.Mutants;

/// <summary>H-LE-5: takes the locks of two accounts in an order that is not the same for everybody.</summary>
internal sealed class UnorderedTransfers(IPrimitives primitives, Func<long, long, (long First, long Second)> order)
{
    private readonly Dictionary<long, ILock> _locks = new() { [1] = primitives.NewLock("1"), [3] = primitives.NewLock("3") };

    public static (long, long) AsAsked(long from, long to) => (from, to);

    // By a hash that collides, and without a tie-break.
    public static (long, long) ByHash(long from, long to) => from % 2 <= to % 2 ? (from, to) : (to, from);

    public void Transfer(long from, long to)
    {
        var (first, second) = order(from, to);
        _locks[first].Enter();
        _locks[second].Enter();
        _locks[second].Exit();
        _locks[first].Exit();
    }
}

/// <summary>H-LE-12: a lock that was forgotten.</summary>
internal sealed class MissingGate(IPrimitives primitives) : Gate
{
    public override void Enter() => primitives.Interleave("missing lock");

    public override void Exit() => primitives.Interleave("missing unlock");
}
