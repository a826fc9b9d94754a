using System.Collections.Immutable;

namespace Assay.Reference.Ledger;

/// <summary>Judges what can be told from a request alone. Refusals on its form change nothing and leave the key free.</summary>
internal static class RequestForm
{
    public static LedgerStatus Check(LedgerRequest request) => request switch
    {
        LedgerRequest.OpenAccount open => Check(open),
        LedgerRequest.CloseAccount close => close.Account > 0 ? LedgerStatus.Done : LedgerStatus.InvalidAccount,
        LedgerRequest.Post post => Check(post.Postings),
        LedgerRequest.Reserve reserve => Check(reserve.Postings) is var status and not LedgerStatus.Done ? status : Check(reserve.Timeout),
        LedgerRequest.PostReserved post => Check(post.Amounts),
        LedgerRequest.Reverse reverse => Check(reverse.Amounts),
        LedgerRequest.Schedule schedule => Check(schedule.Postings),
        _ => LedgerStatus.Done,
    };

    private static LedgerStatus Check(LedgerRequest.OpenAccount open)
    {
        if (open.Account <= 0)
            return LedgerStatus.InvalidAccount;
        if (!open.Currency.IsDefined)
            return LedgerStatus.InvalidCurrency;
        var (minimum, maximum) = open.Bounds;
        return minimum is >= -Money.Max and <= 0 && maximum is >= 0 and <= Money.Max ? LedgerStatus.Done : LedgerStatus.InvalidBounds;
    }

    // A pass for each status, so that the first in the order of statuses wins and not the first posting.
    private static LedgerStatus Check(ImmutableArray<Posting> postings)
    {
        // The bound comes first: nothing below runs over more than it allows.
        if (postings.IsDefaultOrEmpty || postings.Length > LedgerRequest.MaxPostings)
            return LedgerStatus.InvalidPostings;
        foreach (var posting in postings)
        {
            if (posting.From == 0 || posting.To == 0)
                return LedgerStatus.InvalidAccount;
        }

        foreach (var posting in postings)
        {
            if (!posting.Amount.Currency.IsDefined)
                return LedgerStatus.InvalidCurrency;
        }

        foreach (var posting in postings)
        {
            if (posting.From == posting.To)
                return LedgerStatus.SameAccount;
        }

        // The sum is bounded as well, so that no running balance within the request overflows. 256 amounts of 63 bits fit 128.
        Int128 sum = 0;
        foreach (var posting in postings)
        {
            if (posting.Amount.MinorUnits <= 0)
                return LedgerStatus.InvalidAmount;
            sum += posting.Amount.MinorUnits;
        }

        return sum <= Money.Max ? LedgerStatus.Done : LedgerStatus.InvalidAmount;
    }

    private static LedgerStatus Check(ImmutableArray<long> amounts)
    {
        if (amounts.IsDefaultOrEmpty)
            return LedgerStatus.Done;
        if (amounts.Length > LedgerRequest.MaxPostings)
            return LedgerStatus.InvalidPostings;
        Int128 sum = 0;
        foreach (var amount in amounts)
        {
            if (amount < 0)
                return LedgerStatus.InvalidAmount;
            sum += amount;
        }

        return sum > 0 && sum <= Money.Max ? LedgerStatus.Done : LedgerStatus.InvalidAmount;
    }

    private static LedgerStatus Check(TimeSpan timeout) =>
        timeout >= TimeSpan.Zero && timeout <= PendingRequest.LongestTimeout ? LedgerStatus.Done : LedgerStatus.InvalidTimeout;
}
