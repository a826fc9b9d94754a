using Assay.Contracts;

namespace Candidate;

internal enum Verb
{
    Deposit,
    Withdraw,
    Transfer,
    Reserve,
    Post,
    Void,
    Reverse,
}

/// <summary>What was asked, to the letter: a repetition is an equal line.</summary>
internal sealed record Line(Verb Verb, string Key, long? From = null, long? To = null, long Amount = 0, long Timeout = 0, string? About = null);

/// <summary>What came of a line.</summary>
/// <param name="Answer">What was answered.</param>
/// <param name="From">Whose money was moved; null for outside.</param>
/// <param name="To">Whose it is now; null for outside.</param>
/// <param name="Amount">How much moved; zero when none did.</param>
internal sealed record Result(LedgerAnswer Answer, long? From, long? To, long Amount)
{
    public Result(LedgerStatus status, long balance = 0, long? from = null, long? to = null, long amount = 0)
        : this(new LedgerAnswer(status, balance), from, to, amount)
    {
    }

    /// <summary>What later lines about this one are refused with; null while they are not.</summary>
    public LedgerStatus? Over { get; init; }
}
