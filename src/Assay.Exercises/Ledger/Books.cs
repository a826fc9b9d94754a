using Assay.Contracts;

namespace Assay.Exercises.Ledger;

/// <summary>A candidate's ledger beside the model: every request goes to both, and the answers must be the same.</summary>
internal sealed class Books
{
    private readonly Trial _trial;
    private readonly Call[] _finds;
    private LedgerModel _model = new();
    private TimeSpan _now;
    private int _keys;

    public Books(Trial trial, int accounts = 3)
    {
        _trial = trial;
        Ledger = trial.Create<ILedger>();
        Accounts = [.. Enumerable.Range(0, accounts).Select(_ => trial.Random.NextInt64(1, 1L << 40)).Distinct()];
        _finds = [.. Accounts.Select(account => Call.On(Ledger, ledger => ledger.Find(account)))];
        foreach (var account in Accounts)
        {
            trial.Equal(true, Ledger.Open(account), $"whether account {account} is opened");
            _model = _model.Open(account);
        }
    }

    public ILedger Ledger { get; }

    public IReadOnlyList<long> Accounts { get; }

    public long First => Accounts[0];

    public long Second => Accounts[1];

    public LedgerModel Model => _model.At(_now);

    /// <summary>A key that nobody could know.</summary>
    public string Key() => $"{_keys++}-{_trial.Random.Next():x}";

    public long Amount(long most = 1000) => _trial.Random.NextInt64(1, most + 1);

    public void Advance(TimeSpan by)
    {
        _now += by;
        _trial.Advance(by);
    }

    /// <summary>Asks both, and compares the accounts as well.</summary>
    /// <returns>The answer.</returns>
    public LedgerAnswer Ask(Request request)
    {
        (_model, var expected) = _model.Step(request, _now);
        // In one message: accounts are looked at after each request.
        var answers = _trial.Subject.InTurn([request.CallOn(Ledger), .. _finds]);
        _trial.Equal(expected, (LedgerAnswer)answers[0]!, $"the answer to {request}");
        RequireSameAccounts([.. answers.Skip(1)], $"after {request}");
        return expected;
    }

    public void Ask(Request request, LedgerStatus status) => _trial.Equal(status, Ask(request).Status, $"the status of {request} in the model");

    public void RequireSameAccounts(string when) => RequireSameAccounts(_trial.Subject.InTurn(_finds), when);

    private void RequireSameAccounts(IReadOnlyList<object?> found, string when)
    {
        for (var i = 0; i < Accounts.Count; i++)
            _trial.Equal(Model.Accounts[Accounts[i]], (AccountState?)found[i], $"account {Accounts[i]} {when}");
    }

    /// <summary>Some money for everybody.</summary>
    public void Fund(long each)
    {
        foreach (var account in Accounts)
            Ask(Request.Deposit(Key(), account, each), LedgerStatus.Done);
    }
}
