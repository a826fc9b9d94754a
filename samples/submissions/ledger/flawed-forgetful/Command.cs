using System;
using Assay.Contracts;

namespace Candidate;

internal enum Kind
{
    Deposit,
    Withdraw,
    Transfer,
    Reserve,
    Post,
    Void,
    Reverse,
}

/// <summary>What was asked; two attempts of one request are equal.</summary>
internal sealed record Command(Kind Kind, string Key, long From, long To, long Amount, string Target, TimeSpan Timeout)
{
    public static Command Of(
        Kind kind, string key, long from = 0, long to = 0, long amount = 0, string target = "", TimeSpan timeout = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(target);
        return new Command(kind, key, from, to, amount, target, timeout);
    }

    public LedgerStatus? Malformed()
    {
        if (Kind is Kind.Transfer or Kind.Reserve && From == To)
            return LedgerStatus.SameAccount;
        if (Kind is not (Kind.Void or Kind.Reverse) && (Amount < 1 || Amount > (1L << 62) - 1))
            return LedgerStatus.InvalidAmount;
        return Timeout < TimeSpan.Zero || Timeout > TimeSpan.FromDays(36_525) ? LedgerStatus.InvalidTimeout : null;
    }
}
