using System;
using Assay.Contracts;

namespace Candidate;

/// <summary>What is asked under a key: d, w, t, r, p, v and x for deposit, withdraw, transfer, reserve, post, void and reverse.</summary>
internal sealed record Ask(char Kind, long? From = null, long? To = null, long Amount = 0, TimeSpan Timeout = default, string? Target = null)
{
    /// <summary>What is wrong with its form; null when nothing is.</summary>
    public LedgerStatus? Fault
    {
        get
        {
            if (Kind is 't' or 'r' && From == To)
                return LedgerStatus.SameAccount;
            if (Kind is not ('v' or 'x') && (Amount < 1 || Amount >= 1L << 62))
                return LedgerStatus.InvalidAmount;
            return Timeout < TimeSpan.Zero || Timeout > TimeSpan.FromDays(36_525) ? LedgerStatus.InvalidTimeout : null;
        }
    }
}
