using Assay.Contracts;

namespace Assay.Exercises.Ledger;

/// <summary>Stage one: money comes in, moves and goes out.</summary>
internal static class BaseStage
{
    public const string First = "deposits-add-up";

    public static Stage Stage { get; } = new(1, "Base",
    [
        Check(First, "What is deposited is on the account, and the answer tells its balance", Deposits) with
        {
            Requires = [],
            Help = "Add to the balance and answer with the balance after it, both in one step.",
        },
        Check("withdrawals-are-covered", "An account pays out all it has and not a unit more", Withdrawals) with
        {
            Help = "Compare with what is there and take it in one step; the whole balance may go, and not a unit more.",
        },
        Check("transfers-conserve", "A transfer takes from one account exactly what it brings to the other", Transfers) with
        {
            Help = "Check everything first (both accounts, the funds), and then change both balances: a transfer happens whole or not at all.",
        },
        Check("unknown-accounts-are-refused", "Accounts that are not open neither pay nor are paid", UnknownAccounts) with
        {
            Help = "Look both accounts up before any balance changes; an account begins with Open and never by being named.",
        },
        Check("accounts-open-once", "An account that is open already is not opened again", OpenOnce) with
        {
            Help = "Use TryAdd, or look and add in one step: opening must never set an existing balance back to zero.",
        },
        Check("any-order-of-requests", "A long random sequence of requests is answered as the contract says", AnyOrder) with
        {
            Help = "The evidence names the first answer that differs. Replay the requests before it by hand against the order of the statuses in the contract.",
        },
    ]);

    private static Check Check(string id, string sentence, Action<Trial> run) => new(id, sentence, Weight.Behaviour, run) { Requires = [First] };

    private static void Deposits(Trial trial)
    {
        var books = new Books(trial);
        for (var i = 0; i < 6; i++)
            books.Ask(Request.Deposit(books.Key(), books.Accounts[i % 2], books.Amount()), LedgerStatus.Done);
    }

    private static void Withdrawals(Trial trial)
    {
        var books = new Books(trial);
        var (all, part) = (100 + books.Amount(), books.Amount(99));
        books.Ask(Request.Deposit(books.Key(), books.First, all), LedgerStatus.Done);
        books.Ask(Request.Withdraw(books.Key(), books.First, part), LedgerStatus.Done);
        books.Ask(Request.Withdraw(books.Key(), books.First, all - part + 1), LedgerStatus.InsufficientFunds);
        books.Ask(Request.Withdraw(books.Key(), books.First, all - part), LedgerStatus.Done);
        books.Ask(Request.Withdraw(books.Key(), books.First, 1), LedgerStatus.InsufficientFunds);
        books.Ask(Request.Withdraw(books.Key(), books.Second, 1), LedgerStatus.InsufficientFunds);
    }

    private static void Transfers(Trial trial)
    {
        var books = new Books(trial);
        var (all, part) = (100 + books.Amount(), books.Amount(99));
        books.Ask(Request.Deposit(books.Key(), books.First, all), LedgerStatus.Done);
        books.Ask(Request.Transfer(books.Key(), books.First, books.Second, part), LedgerStatus.Done);
        books.Ask(Request.Transfer(books.Key(), books.First, books.Accounts[2], all - part + 1), LedgerStatus.InsufficientFunds);
        books.Ask(Request.Transfer(books.Key(), books.Second, books.First, part), LedgerStatus.Done);
        books.Ask(Request.Transfer(books.Key(), books.First, books.Accounts[2], all), LedgerStatus.Done);
    }

    private static void UnknownAccounts(Trial trial)
    {
        var books = new Books(trial);
        var unknown = books.Accounts.Max() + 1;
        books.Ask(Request.Deposit(books.Key(), books.First, 1000), LedgerStatus.Done);
        foreach (var account in new[] { unknown, 0, -1, -books.First })
        {
            books.Ask(Request.Deposit(books.Key(), account, books.Amount()), LedgerStatus.AccountNotFound);
            books.Ask(Request.Withdraw(books.Key(), account, books.Amount()), LedgerStatus.AccountNotFound);
            books.Ask(Request.Transfer(books.Key(), books.First, account, books.Amount()), LedgerStatus.AccountNotFound);
            books.Ask(Request.Transfer(books.Key(), account, books.First, books.Amount()), LedgerStatus.AccountNotFound);
            trial.Equal(null, books.Ledger.Find(account), $"account {account}, which is not open");
        }
    }

    private static void OpenOnce(Trial trial)
    {
        var books = new Books(trial);
        books.Ask(Request.Deposit(books.Key(), books.First, books.Amount()), LedgerStatus.Done);
        trial.Equal(false, books.Ledger.Open(books.First), "whether an account is opened again");
        books.RequireSameAccounts("after another attempt to open it");
        trial.Throws<ArgumentOutOfRangeException>(() => books.Ledger.Open(0), "opening account 0");
        trial.Throws<ArgumentOutOfRangeException>(() => books.Ledger.Open(-books.First), "opening an account with a negative number");
    }

    private static void AnyOrder(Trial trial)
    {
        var books = new Books(trial, 4);
        for (var i = 0; i < 120; i++)
        {
            var (from, to) = Two(trial, books);
            books.Ask(trial.Random.Next(3) switch
            {
                0 => Request.Deposit(books.Key(), from, books.Amount()),
                1 => Request.Withdraw(books.Key(), from, books.Amount(1500)),
                _ => Request.Transfer(books.Key(), from, to, books.Amount(1500)),
            });
        }
    }

    /// <summary>Two different accounts.</summary>
    public static (long From, long To) Two(Trial trial, Books books)
    {
        var from = trial.Random.Next(books.Accounts.Count);
        var to = (from + trial.Random.Next(1, books.Accounts.Count)) % books.Accounts.Count;
        return (books.Accounts[from], books.Accounts[to]);
    }
}
