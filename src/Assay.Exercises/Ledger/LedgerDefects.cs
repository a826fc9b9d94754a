namespace Assay.Exercises.Ledger;

/// <summary>Wrong ledgers that people write.</summary>
internal static class LedgerDefects
{
    private const string Adapter = "ReferenceLedger.cs";
    private const string Engine = "OrderedLockLedger.cs";
    private const string Account = "Account.cs";
    private const string Book = "LedgerBook.cs";
    private const string Decide = "Decider.cs";
    private const string Form = "RequestForm.cs";
    private const string Due = "DueQueue.cs";
    private const string Plan = "Plan.cs";
    private const string Planner = "Planner.cs";

    public static IReadOnlyList<PlantedDefect> All { get; } = [.. OfTheBase(), .. OfRepetitions(), .. OfReservations(), .. OfConcurrency()];

    private static IEnumerable<PlantedDefect> OfTheBase() =>
    [
        new("OverdraftByOne", "The bound is compared a unit too low, so an account pays out one more than it has.", 1, null,
            new Edit(Account, "Posted - HeldOut + change >= bounds.Minimum;", "Posted - HeldOut + change >= bounds.Minimum - (id > 0 ? 1 : 0);")),
        new("OpensAgain", "Opening an open account is reported as a success, so two customers share one account.", 1, null,
            new Edit(Adapter, "AccountBounds.NotNegative)).IsDone;", "AccountBounds.NotNegative)) is var _;")),
        new("PayeeBalance", "A transfer answers with the balance of the account that was paid, so the payer reads somebody else's balance.", 1, null,
            new Edit(Adapter, "comesFromOutside ? result.ToBalance : result.FromBalance", "comesFromOutside || request is LedgerRequest.Post { Postings: [{ To: > 0 }] } ? result.ToBalance : result.FromBalance")),
        new("UnknownAccountsAppear", "A deposit to an unknown number opens the account, so a slip of the pen hides money.", 1, null,
            new Edit(Adapter, "public Contract.LedgerAnswer Deposit(string key, long account, long amount) => Run(LedgerRequest.Deposit(KeyOf(key), NumberOf(account), Of(amount)));",
                "public Contract.LedgerAnswer Deposit(string key, long account, long amount)\n    {\n        if (account > 0)\n            Open(account);\n        return Run(LedgerRequest.Deposit(KeyOf(key), NumberOf(account), Of(amount)));\n    }")),
    ];

    private static IEnumerable<PlantedDefect> OfRepetitions() =>
    [
        new("NegativeAmounts", "Only zero is refused as an amount, so a negative deposit takes money out.", 2, null,
            new Edit(Form, "if (posting.Amount.MinorUnits <= 0)", "if (posting.Amount.MinorUnits == 0)")),
        new("OneselfAsPayee", "A transfer from an account to itself is carried out, and enters the books as two movements.", 2, null,
            new Edit(Form, "if (posting.From == posting.To)", "if (posting.From == posting.To && posting.From < 0)")),
        new("NoCeiling", "Nobody looks at the upper limit, so sums come close to overflow and then beyond.", 2, null,
            new Edit(Account, "change >= 0 || Posted - HeldOut", "change >= 0 || id < 0 || Posted - HeldOut"),
            new Edit(Account, "change <= 0 || Posted + HeldIn + change <= bounds.Maximum;", "change <= 0 || bounds.Maximum > 0;")),
        new("ReplayTellsToday", "A repetition is answered with today's balance instead of that of the first answer.", 2, null,
            new Edit(Adapter, "        return new Contract.LedgerAnswer(StatusOf(result.Status, comesFromOutside), comesFromOutside ? result.ToBalance : result.FromBalance);",
                "        var balance = comesFromOutside ? result.ToBalance : result.FromBalance;\n        if (result.IsDone && request is LedgerRequest.Post { Postings: [var posting] })\n            balance = _ledger.Find(comesFromOutside ? posting.To : posting.From)!.Value.Balance;\n        return new Contract.LedgerAnswer(StatusOf(result.Status, comesFromOutside), balance);")),
        new("RefusalsForgotten", "Refusals are not kept under their key, so a late repetition of a request that was given up takes effect.", 2, null,
            new Edit(Engine, "if (slot.Outcome is null)", "if (slot.Outcome is null or { Status: not LedgerStatus.Done })")),
        new("ConflictIsReplayed", "A used key is answered without a look at the request, so a caller's mistake looks like a success.", 2, null,
            new Edit(Engine, "outcome.Request.PayloadHash == request.PayloadHash ? outcome.Result : Unrecorded(LedgerStatus.KeyConflict);",
                "outcome.Request.Key == request.Key ? outcome.Result : Unrecorded(LedgerStatus.KeyConflict);")),
        new("SameKindIsSame", "Repetitions are recognised by their kind alone, so another amount under the same key passes for a repetition.", 2, null,
            new Edit(Engine, "outcome.Request.PayloadHash == request.PayloadHash ?", "outcome.Request.GetType() == request.GetType() ?")),
    ];

    private static IEnumerable<PlantedDefect> OfReservations() =>
    [
        new("ReservedIsSpendable", "What is reserved is not subtracted from what can be spent, so a post finds nothing left.", 3, null,
            new Edit(Account, "Posted - HeldOut + change >= bounds.Minimum;", "Posted + change >= bounds.Minimum;")),
        new("RestStaysReserved", "Posting a part frees that part only, so the rest is locked up for ever.", 3, null,
            new Edit(Book, "        Hold(recorded, pending.Postings, sign: -1);",
                "        Hold(recorded, state == PendingState.Posted ? [.. recorded.Legs.Select(leg => leg.Posting)] : pending.Postings, sign: -1);")),
        new("ExpiresOneTickLate", "A reservation still counts at the instant of its timeout.", 3, null,
            new Edit(Due, "First <= now.UtcTicks;", "First < now.UtcTicks;"),
            new Edit(Due, "priority.Ticks <= now.UtcTicks", "priority.Ticks < now.UtcTicks"),
            new Edit(Planner, "plan.Deadline <= now", "plan.Deadline < now")),
        new("TimeoutNotCompared", "A repeated reservation is recognised by its accounts and its amount, so one with another timeout passes for a repetition.", 3, null,
            new Edit(Engine, "outcome.Request.PayloadHash == request.PayloadHash ?",
                "outcome.Request.PayloadHash == request.PayloadHash || (outcome.Request is LedgerRequest.Reserve first && request is LedgerRequest.Reserve again && first.Postings[0] == again.Postings[0]) ?")),
        new("PostsMoreThanReserved", "The amount of a post is not compared with the reservation, so more is moved than was set aside.", 3, null,
            new Edit(Decide, "if (amounts[i] > postings[i].Amount.MinorUnits)", "if (amounts[i] > Money.Max)")),
        new("ReversesAgain", "Nobody remembers what was reversed, so every new key moves the money back once more.", 3, null,
            new Edit(Decide, "var left = plan.Postings[i].Amount.MinorUnits - book.ReversedOf(reverse.Original, i);", "var left = plan.Postings[i].Amount.MinorUnits;")),
        new("ExpiredStaysReserved", "A timeout ends the reservation but frees no money.", 3, null,
            new Edit(Book, "        Hold(recorded, pending.Postings, sign: -1);", "        if (state != PendingState.Expired)\n            Hold(recorded, pending.Postings, sign: -1);")),
        new("LiveHistory", "The history that is given is a view of the account, so what was read once goes on changing.", 3, null,
            new Edit(Adapter, "    public IReadOnlyList<Contract.LedgerEntry>? History(long account)\n    {", """
                    public IReadOnlyList<Contract.LedgerEntry>? History(long account) => Entries(account) is null ? null : new View(this, account);

                    private sealed class View(ReferenceLedger ledger, long account) : IReadOnlyList<Contract.LedgerEntry>
                    {
                        public int Count => ledger.Entries(account)!.Count;

                        public Contract.LedgerEntry this[int index] => ledger.Entries(account)![index];

                        public IEnumerator<Contract.LedgerEntry> GetEnumerator() => ledger.Entries(account)!.GetEnumerator();

                        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
                    }

                    private IReadOnlyList<Contract.LedgerEntry>? Entries(long account)
                    {
                """)),
        new("HistoryOfPayersOnly", "An account's history lists what went and not what came.", 3, null,
            new Edit(Adapter, "else if (leg.Posting.To == account)", "else if (leg.Posting.To == account && leg.Posting.From < 0)")),
    ];

    private static IEnumerable<PlantedDefect> OfConcurrency() =>
    [
        new("PayerLockedFirst", "Each transfer locks the payer, notes him for the audit and then locks the payee, so two opposite ones wait for each other for ever.", 4, null,
            new Edit(Engine, "            account.Gate.Enter();", "        {\n            account.Gate.Enter();\n            _ = account.Snapshot().ToString();\n        }"),
            new Edit(Planner, "return from.Id < to.Id ? [from, to] : [to, from];", "return [from, to];"),
            new Edit(Plan, "        var (low, high) = (0, Accounts.Length - 1);", "        if (Accounts.Length == 2)\n            return Accounts[0].Id == account ? 0 : 1;\n        var (low, high) = (0, Accounts.Length - 1);")),
        new("DecidedBeforeLocked", "Funds are judged before the accounts are locked, so two requests spend the same money.", 4, null,
            new Edit(Engine, "            var plan = _planner.Plan(request);\n            EnterAll(plan.Accounts);", "            var plan = _planner.Plan(request);\n            var draft = _decider.Decide(plan);\n            EnterAll(plan.Accounts);"),
            new Edit(Engine, "TryRecord(plan, _decider.Decide(plan), slot) is { } result", "TryRecord(plan, draft, slot) is { } result")),
        new("KeyNotHeld", "The key is looked up and recorded in two steps, so a repetition in between takes effect a second time.", 4, null,
            new Edit(Engine, "        using (slot.Gate.Held())\n        {\n            var result = slot.Outcome", "        {\n            var result = slot.Outcome")),
        new("TwoSlotsForOneKey", "Two threads find the new key missing and both make a slot for it, so each thinks it is the first.", 4, "ASSAY2003",
            new Edit(Engine, "var slot = _slots.GetOrAdd(request.Key, static (_, newGate) => new KeySlot(newGate(\"key\")), _newGate);",
                "if (!_slots.TryGetValue(request.Key, out var slot))\n            _slots[request.Key] = slot = new KeySlot(_newGate(\"key\"));")),
        new("NoLocks", "Single reads and writes were thought to be enough, so updates of one account overwrite each other.", 4, null,
            new Edit(Engine, "            account.Gate.Enter();", "            _ = account;"),
            new Edit(Engine, "            account.Gate.Exit();", "            _ = account;"),
            new Edit(Book, "        if ((from.Posted, from.Version, to.Posted, to.Version) != (leg.FromBalance, leg.FromVersion, leg.ToBalance, leg.ToVersion))",
                "        if (from == to)")),
    ];
}
