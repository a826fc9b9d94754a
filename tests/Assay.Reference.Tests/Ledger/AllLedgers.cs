using Assay.Reference.Ledger;
using Assay.Verify;

namespace Assay.Reference.Tests.Ledger;

/// <summary>Every engine by name: the tests of the contract run on each.</summary>
internal static class AllLedgers
{
    private static readonly Dictionary<string, Func<LedgerOptions, IEnumerable<LedgerEvent>, ILedger>> Engines = new()
    {
        ["ordered locks"] = (options, events) => new OrderedLockLedger(options, events),
    };

    public static TheoryData<string> Names => [.. Engines.Keys];

    public static ILedger Create(string name, ManualClock clock, IEnumerable<LedgerEvent>? events = null, int maxEvents = 100_000) =>
        Engines[name](new LedgerOptions { Clock = clock, MaxEvents = maxEvents }, events ?? []);

    public static ChainHead HeadOf(ILedger ledger) => ledger switch
    {
        OrderedLockLedger ordered => ordered.Head,
        _ => throw new InvalidOperationException(),
    };
}
