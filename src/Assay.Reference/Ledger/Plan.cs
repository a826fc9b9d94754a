using System.Collections.Immutable;

namespace Assay.Reference.Ledger;

/// <summary>
/// What a request refers to: the accounts it needs, found before any of them is locked. Everything in it is immutable or guarded by those
/// accounts' locks, except that something missing may appear.
/// </summary>
internal sealed class Plan(LedgerRequest request, EventCause cause)
{
    public LedgerRequest Request => request;

    public EventCause Cause => cause;

    /// <summary>Done, or why the request cannot succeed whatever the balances.</summary>
    public LedgerStatus Refusal { get; init; }

    /// <summary>The postings to make, to hold or to undo.</summary>
    public ImmutableArray<Posting> Postings { get; init; } = [];

    /// <summary>The accounts of the postings, each once, by ascending number: the order in which everybody locks.</summary>
    public Account[] Accounts { get; init; } = [];

    /// <summary>The reservation or scheduled request this one is about.</summary>
    public PendingRequest? Pending { get; init; }

    /// <summary>The instant before which a success must lie, because what the request is about ends then.</summary>
    public DateTimeOffset? Deadline => cause == EventCause.Request && request is not LedgerRequest.Reverse ? Pending?.DueAt : null;

    /// <summary>The plan for other postings between the same accounts.</summary>
    public Plan With(ImmutableArray<Posting> postings) =>
        new(request, cause) { Postings = postings, Accounts = Accounts, Pending = Pending };

    public Account AccountOf(long account) => Accounts[IndexOf(account)];

    public int IndexOf(long account)
    {
        var (low, high) = (0, Accounts.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Accounts[middle].Id < account)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}

/// <summary>A decision on a plan: an event that lacks its number and instant.</summary>
internal readonly record struct Draft(LedgerStatus Status, ImmutableArray<Leg> Legs)
{
    public static Draft Refused(LedgerStatus status) => new(status, []);

    public static Draft Done { get; } = new(LedgerStatus.Done, []);
}
