using Assay.Contracts;

namespace Assay.Exercises.Ledger;

/// <summary>Stage three: money set aside, moved back, and accounted for.</summary>
internal static class ReservationStage
{
    public static Stage Stage { get; } = new(3, "Reservations, reversals, history",
    [
        Check("reserved-money-is-kept", "What is reserved stays in the balance and can be used for nothing else", ReservedIsKept) with
        {
            Help = "Available is the balance less what is reserved: withdrawals, transfers and further reservations must be compared with that.",
        },
        Check("posts-move-and-free", "Posting a part moves the part and frees the rest, once", PostsMoveAndFree) with
        {
            Help = "A post ends the reservation: subtract the whole of it from what is reserved, and move only the part that was posted.",
        },
        Check("voids-free", "Voiding frees the money and moves none, once", VoidsFree) with
        {
            Help = "A void ends the reservation once; remember how it ended, for whoever asks later is told so.",
        },
        Check("timeouts-are-exact", "A reservation holds until the tick before its timeout, and at the timeout it is free without being asked", Timeouts) with
        {
            Category = "Time",
            Help = "Compare the clock's timestamps with the end whenever an account or a reservation is looked at: it has expired when exactly the timeout has passed.",
        },
        Check("senseless-reservations-are-refused", "Senseless reservations, posts and voids are refused with their reason", Senseless) with
        {
            Category = "Errors",
            Help = "Go through the statuses in the contract's order and return the first that applies.",
        },
        Check("reversals-undo-once", "A reversal moves the money back the way it came, once, if it is still there", Reversals) with
        {
            Help = "Mark the original as reversed in the same step in which the money goes back, and check the funds of who must pay it back.",
        },
        Check("some-things-cannot-be-reversed", "Refusals, reservations and reversals cannot be reversed", WrongReversals) with
        {
            Help = "Remember of each key what kind of request it was and how it was answered: only deposits, withdrawals, transfers and posts that were Done can be reversed.",
        },
        Check("histories-tell-all", "The movements of an account add up to its balance, with keys and balances in order", Histories) with
        {
            Help = "Write an entry for each balance that changes, in the step that changes it, with the balance after it. Return a copy: a list that goes on growing is read while it changes.",
        },
        Check("any-order-with-reservations", "A long random sequence of all requests is answered as the contract says", AnyOrder) with
        {
            Help = "The evidence names the first answer that differs. Replay the requests before it by hand against the order of the statuses in the contract.",
        },
    ]);

    private static Check Check(string id, string sentence, Action<Trial> run) => new(id, sentence, Weight.Behaviour, run) { Requires = [BaseStage.First] };

    private static void ReservedIsKept(Trial trial)
    {
        var books = new Books(trial);
        books.Fund(1000);
        var amount = books.Amount(400);
        books.Ask(Request.Reserve(books.Key(), books.First, books.Second, amount, TimeSpan.Zero), LedgerStatus.Done);
        books.Ask(Request.Withdraw(books.Key(), books.First, 1001 - amount), LedgerStatus.InsufficientFunds);
        books.Ask(Request.Transfer(books.Key(), books.First, books.Second, 1001 - amount), LedgerStatus.InsufficientFunds);
        books.Ask(Request.Reserve(books.Key(), books.First, books.Second, 1001 - amount, TimeSpan.Zero), LedgerStatus.InsufficientFunds);
        books.Ask(Request.Reserve(books.Key(), books.First, books.Accounts[2], 500, TimeSpan.FromHours(1)), LedgerStatus.Done);
        books.Ask(Request.Withdraw(books.Key(), books.First, 500 - amount), LedgerStatus.Done);
        books.Ask(Request.Withdraw(books.Key(), books.Second, 1001), LedgerStatus.InsufficientFunds);
    }

    private static void PostsMoveAndFree(Trial trial)
    {
        var books = new Books(trial);
        books.Fund(1000);
        var (reservation, post, amount) = (books.Key(), books.Key(), 100 + books.Amount(500));
        books.Ask(Request.Reserve(reservation, books.First, books.Second, amount, TimeSpan.FromMinutes(1)), LedgerStatus.Done);
        books.Ask(Request.Post(books.Key(), reservation, amount + 1), LedgerStatus.ExceedsReservation);
        books.Ask(Request.Post(post, reservation, amount - 40), LedgerStatus.Done);
        books.Ask(Request.Post(post, reservation, amount - 40), LedgerStatus.Done);
        books.Ask(Request.Post(post, reservation, amount - 41), LedgerStatus.KeyConflict);
        books.Ask(Request.Void(post, reservation), LedgerStatus.KeyConflict);
        books.Ask(Request.Post(books.Key(), reservation, 40), LedgerStatus.AlreadyPosted);
        books.Ask(Request.Void(books.Key(), reservation), LedgerStatus.AlreadyPosted);
        books.Advance(TimeSpan.FromMinutes(2));
        books.Ask(Request.Post(books.Key(), reservation, 40), LedgerStatus.AlreadyPosted);
        books.Ask(Request.Withdraw(books.Key(), books.First, 1040 - amount), LedgerStatus.Done);
    }

    private static void VoidsFree(Trial trial)
    {
        var books = new Books(trial);
        books.Fund(1000);
        var reservation = books.Key();
        books.Ask(Request.Reserve(reservation, books.First, books.Second, books.Amount(1000), TimeSpan.FromMinutes(1)), LedgerStatus.Done);
        books.Ask(Request.Void(books.Key(), reservation), LedgerStatus.Done);
        books.Ask(Request.Void(books.Key(), reservation), LedgerStatus.AlreadyVoided);
        books.Ask(Request.Post(books.Key(), reservation, 1), LedgerStatus.AlreadyVoided);
        books.Ask(Request.Withdraw(books.Key(), books.First, 1000), LedgerStatus.Done);
        books.Advance(TimeSpan.FromMinutes(2));
        books.RequireSameAccounts("after the timeout of a reservation that was voided");
        books.Ask(Request.Void(books.Key(), reservation), LedgerStatus.AlreadyVoided);
    }

    private static void Timeouts(Trial trial)
    {
        var books = new Books(trial);
        books.Fund(1000);
        var timeout = TimeSpan.FromTicks(trial.Random.NextInt64(10_000_000, 36_000_000_000));
        string[] reservations = [books.Key(), books.Key(), books.Key(), books.Key()];
        foreach (var (reservation, number) in reservations.Select((key, number) => (key, number)))
            books.Ask(Request.Reserve(reservation, books.First, books.Second, 250, number == 3 ? TimeSpan.Zero : timeout), LedgerStatus.Done);
        books.Advance(timeout - TimeSpan.FromTicks(1));
        books.RequireSameAccounts("one tick before the timeout");
        books.Ask(Request.Post(books.Key(), reservations[0], 100), LedgerStatus.Done);
        books.Advance(TimeSpan.FromTicks(1));
        books.RequireSameAccounts("at the timeout");
        books.Ask(Request.Post(books.Key(), reservations[1], 100), LedgerStatus.Expired);
        books.Ask(Request.Void(books.Key(), reservations[2]), LedgerStatus.Expired);
        books.Ask(Request.Withdraw(books.Key(), books.First, 650), LedgerStatus.Done);
        books.Advance(TimeSpan.FromDays(4000));
        books.Ask(Request.Post(books.Key(), reservations[3], 250), LedgerStatus.Done);
    }

    private static void Senseless(Trial trial)
    {
        var books = new Books(trial);
        books.Fund(1000);
        var (deposit, reservation) = (books.Key(), books.Key());
        books.Ask(Request.Deposit(deposit, books.First, 10), LedgerStatus.Done);
        books.Ask(Request.Reserve(reservation, books.First, books.Second, 100, TimeSpan.Zero), LedgerStatus.Done);
        books.Ask(Request.Reserve(books.Key(), books.First, books.Second, 1, TimeSpan.FromTicks(-1)), LedgerStatus.InvalidTimeout);
        books.Ask(Request.Reserve(books.Key(), books.First, books.Second, 1, TimeSpan.FromDays(36_526)), LedgerStatus.InvalidTimeout);
        books.Ask(Request.Reserve(books.Key(), books.First, books.First, 1, TimeSpan.Zero), LedgerStatus.SameAccount);
        books.Ask(Request.Reserve(books.Key(), books.First, books.Second, 0, TimeSpan.Zero), LedgerStatus.InvalidAmount);
        books.Ask(Request.Reserve(books.Key(), books.First, books.Accounts.Max() + 1, 1, TimeSpan.Zero), LedgerStatus.AccountNotFound);
        books.Ask(Request.Post(books.Key(), reservation, 0), LedgerStatus.InvalidAmount);
        books.Ask(Request.Post(books.Key(), "nobody's", 1), LedgerStatus.TargetNotFound);
        books.Ask(Request.Void(books.Key(), "nobody's"), LedgerStatus.TargetNotFound);
        books.Ask(Request.Post(books.Key(), deposit, 1), LedgerStatus.WrongTarget);
        books.Ask(Request.Void(books.Key(), deposit), LedgerStatus.WrongTarget);
        books.Ask(Request.Post(reservation, reservation, 1), LedgerStatus.KeyConflict);
        books.Ask(Request.Reserve(reservation, books.First, books.Second, 100, TimeSpan.FromHours(1)), LedgerStatus.KeyConflict);
        // A request is not earlier than itself.
        var (post, release) = (books.Key(), books.Key());
        books.Ask(Request.Post(post, post, 1), LedgerStatus.TargetNotFound);
        books.Ask(Request.Void(release, release), LedgerStatus.TargetNotFound);
        books.Ask(Request.Reserve(books.Key(), books.First, books.Second, 100, TimeSpan.FromDays(36_525)), LedgerStatus.Done);
        books.Ask(Request.Reserve(books.Key(), books.First, books.Second, 100, TimeSpan.FromDays(36_525) + TimeSpan.FromSeconds(1)), LedgerStatus.InvalidTimeout);
    }

    private static void Reversals(Trial trial)
    {
        var books = new Books(trial);
        books.Fund(1000);
        var (transfer, post, withdrawal, deposit, reservation) = (books.Key(), books.Key(), books.Key(), books.Key(), books.Key());
        var amount = books.Amount(300);
        books.Ask(Request.Transfer(transfer, books.First, books.Second, amount), LedgerStatus.Done);
        books.Ask(Request.Reserve(reservation, books.Second, books.First, 300, TimeSpan.Zero), LedgerStatus.Done);
        books.Ask(Request.Post(post, reservation, amount), LedgerStatus.Done);
        books.Ask(Request.Withdraw(withdrawal, books.Second, amount), LedgerStatus.Done);
        books.Ask(Request.Deposit(deposit, books.Second, amount), LedgerStatus.Done);
        foreach (var original in new[] { withdrawal, transfer, deposit, post }.OrderBy(_ => trial.Random.Next()).ToList())
        {
            var key = books.Key();
            books.Ask(Request.Reverse(key, original), LedgerStatus.Done);
            books.Ask(Request.Reverse(key, original), LedgerStatus.Done);
            books.Ask(Request.Reverse(books.Key(), original), LedgerStatus.AlreadyReversed);
        }

        var (spent, attempt) = (books.Key(), books.Key());
        books.Ask(Request.Transfer(spent, books.First, books.Second, 900), LedgerStatus.Done);
        books.Ask(Request.Withdraw(books.Key(), books.Second, 1800), LedgerStatus.Done);
        books.Ask(Request.Reverse(attempt, spent), LedgerStatus.InsufficientFunds);
        books.Ask(Request.Deposit(books.Key(), books.Second, 1800), LedgerStatus.Done);
        books.Ask(Request.Reverse(attempt, spent), LedgerStatus.InsufficientFunds);
        books.Ask(Request.Reverse(books.Key(), spent), LedgerStatus.Done);
        BackIntoAFullLedger(trial);
    }

    // What comes back from outside needs room as a deposit does.
    private static void BackIntoAFullLedger(Trial trial)
    {
        const long Most = (1L << 62) - 1;
        var books = new Books(trial);
        var (withdrawal, deposit, amount) = (books.Key(), books.Key(), books.Amount());
        books.Ask(Request.Deposit(books.Key(), books.First, Most), LedgerStatus.Done);
        books.Ask(Request.Withdraw(withdrawal, books.First, amount), LedgerStatus.Done);
        books.Ask(Request.Deposit(deposit, books.Second, 1), LedgerStatus.Done);
        books.Ask(Request.Reverse(books.Key(), withdrawal), LedgerStatus.LedgerFull);
        books.Ask(Request.Reverse(books.Key(), deposit), LedgerStatus.Done);
        books.Ask(Request.Reverse(books.Key(), withdrawal), LedgerStatus.Done);
    }

    private static void WrongReversals(Trial trial)
    {
        var books = new Books(trial);
        books.Fund(1000);
        var (transfer, reversal, refused, reservation, release) = (books.Key(), books.Key(), books.Key(), books.Key(), books.Key());
        books.Ask(Request.Transfer(transfer, books.First, books.Second, 10), LedgerStatus.Done);
        books.Ask(Request.Reverse(reversal, transfer), LedgerStatus.Done);
        books.Ask(Request.Transfer(refused, books.First, books.Second, 100_000), LedgerStatus.InsufficientFunds);
        books.Ask(Request.Reserve(reservation, books.First, books.Second, 10, TimeSpan.Zero), LedgerStatus.Done);
        books.Ask(Request.Reverse(books.Key(), reservation), LedgerStatus.WrongTarget);
        books.Ask(Request.Void(release, reservation), LedgerStatus.Done);
        foreach (var original in new[] { reversal, refused, reservation, release })
            books.Ask(Request.Reverse(books.Key(), original), LedgerStatus.WrongTarget);
        books.Ask(Request.Reverse(books.Key(), "nobody's"), LedgerStatus.TargetNotFound);
        var itself = books.Key();
        books.Ask(Request.Reverse(itself, itself), LedgerStatus.TargetNotFound);
    }

    private static void Histories(Trial trial)
    {
        var books = new Books(trial);
        var expected = books.Accounts.ToDictionary(account => account, _ => new List<LedgerEntry>());
        List<Request> certain =
        [
            .. books.Accounts.Select(account => Request.Deposit(books.Key(), account, 1000 + books.Amount())),
            Request.Transfer(books.Key(), books.First, books.Second, books.Amount()), Request.Transfer(books.Key(), books.Second, books.First, books.Amount()),
        ];
        (IReadOnlyList<LedgerEntry> Given, string Text) early = ([], "");
        for (var i = 0; i < 40; i++)
        {
            // Everybody has been paid, and the payments between them are still to come.
            if (i == books.Accounts.Count)
                early = books.Ledger.History(books.First) is { } given ? (given, string.Join("\n", given)) : early;
            var request = i < certain.Count ? certain[i] : Any(trial, books);
            var before = books.Model.Accounts;
            books.Ask(request);
            foreach (var account in books.Accounts)
            {
                var balance = books.Model.Accounts[account].Balance;
                if (balance != before[account].Balance)
                    expected[account].Add(new LedgerEntry(request.Key, balance - before[account].Balance, balance));
            }
        }

        trial.Equal(early.Text, string.Join("\n", trial.Subject.ReadAgain(early.Given)), "a history that was given before further movements, read once more after them");
        foreach (var account in books.Accounts)
            trial.Equal(string.Join("\n", expected[account]), string.Join("\n", books.Ledger.History(account) ?? []), $"the history of account {account}");
        trial.Equal(true, books.Ledger.History(books.Accounts.Max() + 1) is null, "whether an account that is not open has no history");
    }

    private static void AnyOrder(Trial trial)
    {
        var books = new Books(trial, 4);
        books.Fund(2000);
        for (var i = 0; i < 150; i++)
        {
            if (trial.Random.Next(6) == 0)
                books.Advance(TimeSpan.FromSeconds(trial.Random.Next(1, 40)));
            books.Ask(Any(trial, books));
        }
    }

    private static Request Any(Trial trial, Books books)
    {
        var (from, to) = BaseStage.Two(trial, books);
        var known = books.Model.Keys.Keys.ToList();
        var target = known.Count == 0 ? "none" : known[trial.Random.Next(known.Count)];
        var open = books.Model.Keys.Where(pair => pair.Value.Hold != LedgerModel.HoldState.None).Select(pair => pair.Key).Append(target).ToList();
        var reservation = open[trial.Random.Next(open.Count)];
        return trial.Random.Next(8) switch
        {
            0 => Request.Deposit(books.Key(), from, books.Amount()),
            1 => Request.Withdraw(books.Key(), from, books.Amount(1500)),
            2 => Request.Transfer(books.Key(), from, to, books.Amount(1500)),
            3 or 4 => Request.Reserve(books.Key(), from, to, books.Amount(), TimeSpan.FromSeconds(trial.Random.Next(0, 60))),
            5 => Request.Post(books.Key(), reservation, books.Amount()),
            6 => Request.Void(books.Key(), reservation),
            _ => Request.Reverse(books.Key(), target),
        };
    }
}
