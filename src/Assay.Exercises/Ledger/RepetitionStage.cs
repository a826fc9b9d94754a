using Assay.Contracts;

namespace Assay.Exercises.Ledger;

/// <summary>Stage two: numbers at their limits, and requests that arrive again.</summary>
internal static class RepetitionStage
{
    private const long Most = (1L << 62) - 1;

    public static Stage Stage { get; } = new(2, "Edge cases, repetitions",
    [
        Check("amounts-are-positive", "An amount that is not positive is refused and moves nothing", Amounts, "Errors") with
        {
            Help = "Check the amount against 1 and 2^62 - 1 before anything else is decided about the accounts.",
        },
        Check("no-transfer-to-oneself", "A transfer from an account to itself is refused", SameAccount, "Errors") with
        {
            Help = "Compare the two numbers first: with one account in both roles, taking and adding may make money.",
        },
        Check("limits-hold", "The ledger holds 2^62 − 1 and no more, and no sum overflows", Limits, Weight.Behaviour) with
        {
            Help = "Keep the sum of all accounts and check it before a deposit; compare by subtraction (limit - total < amount), for the addition may overflow.",
        },
        Check("repetitions-are-replayed", "A repeated request takes effect once and is answered as the first time, whatever has changed since", Replay, Weight.Behaviour) with
        {
            Help = "Store each answer under its key and give the stored one back, without looking at the balances of today.",
        },
        Check("refusals-stay-refused", "A refused request is refused again under its key, even when it could succeed by now", RefusalsStay, Weight.Behaviour) with
        {
            Help = "Keep the answer under the key whatever it was: whoever retries wants to know what became of the first attempt.",
        },
        Check("other-requests-conflict", "Another request under a used key is a conflict and changes nothing", Conflicts, Weight.Behaviour) with
        {
            Help = "Store with the key what was asked (method and arguments) and compare it when the key comes again.",
        },
        Check("malformed-requests-keep-no-key", "A request that is refused for its form does not use up its key", MalformedKeepsNoKey, Weight.Behaviour) with
        {
            Help = "Refuse malformed requests before the key is looked up or stored.",
        },
        Check("keys-are-not-null", "A null key is an ArgumentNullException", NullKeys, "Errors") with
        {
            Help = "ArgumentNullException.ThrowIfNull(key) in the first line of each method.",
        },
    ]);

    private static Check Check(string id, string sentence, Action<Trial> run, string category) =>
        new(id, sentence, category, run) { Requires = [BaseStage.First] };

    private static void Amounts(Trial trial)
    {
        var books = new Books(trial);
        books.Fund(1000);
        foreach (var amount in new[] { 0, -1, -books.Amount(), long.MinValue, Most + 1, long.MaxValue })
        {
            books.Ask(Request.Deposit(books.Key(), books.First, amount), LedgerStatus.InvalidAmount);
            books.Ask(Request.Withdraw(books.Key(), books.First, amount), LedgerStatus.InvalidAmount);
            books.Ask(Request.Transfer(books.Key(), books.First, books.Second, amount), LedgerStatus.InvalidAmount);
        }
    }

    private static void SameAccount(Trial trial)
    {
        var books = new Books(trial);
        books.Fund(1000);
        books.Ask(Request.Transfer(books.Key(), books.First, books.First, books.Amount()), LedgerStatus.SameAccount);
        books.Ask(Request.Transfer(books.Key(), books.First, books.First, -1), LedgerStatus.SameAccount);
        books.Ask(Request.Transfer(books.Key(), books.First + 1, books.First + 1, 5), LedgerStatus.SameAccount);
    }

    private static void Limits(Trial trial)
    {
        var books = new Books(trial);
        var part = books.Amount();
        books.Ask(Request.Deposit(books.Key(), books.First, Most - part), LedgerStatus.Done);
        books.Ask(Request.Deposit(books.Key(), books.First, part + 1), LedgerStatus.LedgerFull);
        books.Ask(Request.Deposit(books.Key(), books.Second, Most), LedgerStatus.LedgerFull);
        books.Ask(Request.Deposit(books.Key(), books.Second, part), LedgerStatus.Done);
        books.Ask(Request.Transfer(books.Key(), books.First, books.Second, Most), LedgerStatus.InsufficientFunds);
        books.Ask(Request.Transfer(books.Key(), books.First, books.Second, Most - part), LedgerStatus.Done);
        books.Ask(Request.Deposit(books.Key(), books.First, 1), LedgerStatus.LedgerFull);
        books.Ask(Request.Withdraw(books.Key(), books.Second, Most), LedgerStatus.Done);
        // What has left makes room again.
        books.Ask(Request.Deposit(books.Key(), books.First, Most), LedgerStatus.Done);
    }

    private static void Replay(Trial trial)
    {
        var books = new Books(trial);
        books.Fund(5000);
        List<Request> requests =
        [
            Request.Deposit(books.Key(), books.First, books.Amount()), Request.Withdraw(books.Key(), books.Second, books.Amount()),
            Request.Transfer(books.Key(), books.First, books.Second, books.Amount()), Request.Transfer(books.Key(), books.Second, books.First, books.Amount()),
        ];
        foreach (var request in requests)
        {
            books.Ask(request, LedgerStatus.Done);
            books.Ask(request, LedgerStatus.Done);
        }

        foreach (var request in requests.OrderBy(_ => trial.Random.Next()).ToList())
            books.Ask(request, LedgerStatus.Done);
    }

    private static void RefusalsStay(Trial trial)
    {
        var books = new Books(trial);
        var amount = books.Amount();
        var (late, unknown) = (Request.Withdraw(books.Key(), books.First, amount), Request.Deposit(books.Key(), books.Accounts.Max() + 7, amount));
        books.Ask(late, LedgerStatus.InsufficientFunds);
        books.Ask(unknown, LedgerStatus.AccountNotFound);
        books.Fund(amount);
        trial.Equal(true, books.Ledger.Open(unknown.Account), "whether a new account is opened");
        books.Ask(late, LedgerStatus.InsufficientFunds);
        trial.Equal(LedgerStatus.AccountNotFound, unknown.On(books.Ledger).Status, $"the status of {unknown} when repeated after the account was opened");
        trial.Equal(new AccountState(0, 0), books.Ledger.Find(unknown.Account), "the account that was opened late");
        books.Ask(Request.Withdraw(books.Key(), books.First, amount), LedgerStatus.Done);
    }

    private static void Conflicts(Trial trial)
    {
        var books = new Books(trial);
        books.Fund(5000);
        var (key, amount) = (books.Key(), books.Amount());
        books.Ask(Request.Transfer(key, books.First, books.Second, amount), LedgerStatus.Done);
        foreach (var other in new[]
        {
            Request.Transfer(key, books.First, books.Second, amount + 1), Request.Transfer(key, books.Second, books.First, amount),
            Request.Transfer(key, books.First, books.Accounts[2], amount), Request.Withdraw(key, books.First, amount), Request.Deposit(key, books.Second, amount),
            Request.Deposit(key, books.Second, -amount), Request.Transfer(key, books.First, books.First, amount),
        })
            books.Ask(other, LedgerStatus.KeyConflict);
        books.Ask(Request.Transfer(key, books.First, books.Second, amount), LedgerStatus.Done);
        var refused = Request.Withdraw(books.Key(), books.First, 1_000_000);
        books.Ask(refused, LedgerStatus.InsufficientFunds);
        books.Ask(refused with { Amount = 1 }, LedgerStatus.KeyConflict);
    }

    private static void MalformedKeepsNoKey(Trial trial)
    {
        var books = new Books(trial);
        var (deposit, transfer) = (books.Key(), books.Key());
        books.Ask(Request.Deposit(deposit, books.First, 0), LedgerStatus.InvalidAmount);
        books.Ask(Request.Deposit(deposit, books.First, 500), LedgerStatus.Done);
        books.Ask(Request.Transfer(transfer, books.First, books.First, 5), LedgerStatus.SameAccount);
        books.Ask(Request.Transfer(transfer, books.First, books.Second, 5), LedgerStatus.Done);
    }

    private static void NullKeys(Trial trial)
    {
        var books = new Books(trial);
        books.Fund(100);
        trial.Throws<ArgumentNullException>(() => books.Ledger.Deposit(null!, books.First, 1), "a deposit without a key");
        trial.Throws<ArgumentNullException>(() => books.Ledger.Withdraw(null!, books.First, 1), "a withdrawal without a key");
        trial.Throws<ArgumentNullException>(() => books.Ledger.Transfer(null!, books.First, books.Second, 1), "a transfer without a key");
        books.RequireSameAccounts("after requests without a key");
    }
}
