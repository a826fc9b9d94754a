using Assay.Contracts;
using Check;

// A check of your own to begin with: some promises of the first two stages. Grading looks at many more, and at all of them with several threads.
var checks = new Checks();

checks.That("What is deposited is on the account", () =>
{
    var ledger = Opened();
    Checks.Equal(new LedgerAnswer(LedgerStatus.Done, 70), ledger.Deposit("d1", 1, 70), "the answer to a deposit of 70");
    Checks.Equal(new AccountState(70, 0), ledger.Find(1), "the account");
});

checks.That("An account pays out what it has and not a unit more", () =>
{
    var ledger = Opened();
    ledger.Deposit("d1", 1, 70);
    Checks.Equal(LedgerStatus.InsufficientFunds, ledger.Withdraw("w1", 1, 71).Status, "71 of 70");
    Checks.Equal(new LedgerAnswer(LedgerStatus.Done, 0), ledger.Withdraw("w2", 1, 70), "70 of 70");
});

checks.That("A transfer takes from one account what it brings to the other", () =>
{
    var ledger = Opened();
    ledger.Deposit("d1", 1, 70);
    ledger.Transfer("t1", 1, 2, 30);
    Checks.Equal(new AccountState(40, 0), ledger.Find(1), "the account that paid");
    Checks.Equal(new AccountState(30, 0), ledger.Find(2), "the account that was paid");
});

checks.That("A repeated request takes effect once and is answered as the first time", () =>
{
    var ledger = Opened();
    var first = ledger.Deposit("d1", 1, 70);
    Checks.Equal(first, ledger.Deposit("d1", 1, 70), "the answer to the repetition");
    Checks.Equal(new AccountState(70, 0), ledger.Find(1), "the account");
});

return checks.ExitCode;

static ILedger Opened()
{
    var ledger = Checks.New<ILedger>(new StoppedClock());
    ledger.Open(1);
    ledger.Open(2);
    return ledger;
}
