using System.Numerics;
using Assay.Reference.Ledger;

namespace Assay.Reference.Tests.Ledger;

/// <summary>The model's judgement of a request's form, and of whether two requests are the same.</summary>
internal static class ModelForm
{
    public static LedgerStatus? FirstFault(LedgerRequest request)
    {
        var faults = Faults(request).ToList();
        return faults.Count == 0 ? null : faults.Min();
    }

    public static bool AreEqual(LedgerRequest one, LedgerRequest other) => one.Key == other.Key && Describe(one) == Describe(other);

    // Field by field as text: no hash, so no collision either.
    private static string Describe(LedgerRequest request) => request switch
    {
        LedgerRequest.OpenAccount open => open.ToString(),
        LedgerRequest.Post post => $"post {Text(post.Postings)}",
        LedgerRequest.Reserve reserve => $"reserve {reserve.Timeout} {Text(reserve.Postings)}",
        LedgerRequest.Schedule schedule => $"schedule {schedule.DueAt.UtcTicks} {Text(schedule.Postings)}",
        LedgerRequest.PostReserved post => $"post reserved {post.Reservation} {Text(post.Amounts)}",
        LedgerRequest.Reverse reverse => $"reverse {reverse.Original} {Text(reverse.Amounts)}",
        _ => request.ToString(),
    };

    private static string Text<T>(System.Collections.Immutable.ImmutableArray<T> items) => items.IsDefaultOrEmpty ? "" : string.Join(',', items);

    private static IEnumerable<LedgerStatus> Faults(LedgerRequest request)
    {
        switch (request)
        {
            case LedgerRequest.OpenAccount open:
                if (open.Account <= 0)
                    yield return LedgerStatus.InvalidAccount;
                if (open.Currency == default)
                    yield return LedgerStatus.InvalidCurrency;
                if (open.Bounds.Minimum > 0 || open.Bounds.Maximum < 0 || open.Bounds.Minimum < -Money.Max || open.Bounds.Maximum > Money.Max)
                    yield return LedgerStatus.InvalidBounds;
                break;
            case LedgerRequest.CloseAccount { Account: <= 0 }:
                yield return LedgerStatus.InvalidAccount;
                break;
            case LedgerRequest.Post post:
                foreach (var fault in Faults(post.Postings.IsDefault ? [] : post.Postings))
                    yield return fault;
                break;
            case LedgerRequest.Schedule schedule:
                foreach (var fault in Faults(schedule.Postings.IsDefault ? [] : schedule.Postings))
                    yield return fault;
                break;
            case LedgerRequest.Reserve reserve:
                foreach (var fault in Faults(reserve.Postings.IsDefault ? [] : reserve.Postings))
                    yield return fault;
                if (reserve.Timeout < TimeSpan.Zero || reserve.Timeout > TimeSpan.FromDays(36_525))
                    yield return LedgerStatus.InvalidTimeout;
                break;
            case LedgerRequest.PostReserved { Amounts.IsDefaultOrEmpty: false } post when !AreAmounts(post.Amounts):
                yield return LedgerStatus.InvalidAmount;
                break;
            case LedgerRequest.Reverse { Amounts.IsDefaultOrEmpty: false } reverse when !AreAmounts(reverse.Amounts):
                yield return LedgerStatus.InvalidAmount;
                break;
        }
    }

    private static IEnumerable<LedgerStatus> Faults(IReadOnlyList<Posting> postings)
    {
        if (postings.Count is 0 or > LedgerRequest.MaxPostings)
            yield return LedgerStatus.InvalidPostings;
        if (postings.Any(posting => posting.From == 0 || posting.To == 0))
            yield return LedgerStatus.InvalidAccount;
        if (postings.Any(posting => posting.Amount.Currency == default))
            yield return LedgerStatus.InvalidCurrency;
        if (postings.Any(posting => posting.From == posting.To))
            yield return LedgerStatus.SameAccount;
        if (postings.Any(posting => posting.Amount.MinorUnits <= 0) || Sum(postings.Select(posting => posting.Amount.MinorUnits)) > Money.Max)
            yield return LedgerStatus.InvalidAmount;
    }

    private static bool AreAmounts(IReadOnlyList<long> amounts) =>
        amounts.All(amount => amount >= 0) && Sum(amounts) > 0 && Sum(amounts) <= Money.Max;

    private static BigInteger Sum(IEnumerable<long> amounts) => amounts.Aggregate(BigInteger.Zero, (sum, amount) => sum + amount);
}
