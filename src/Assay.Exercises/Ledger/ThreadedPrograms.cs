using Assay.Contracts;
using Assay.Verify;

namespace Assay.Exercises.Ledger;

/// <summary>Stage four with real threads, for code that cannot be explored: long programs whose calls meet by chance.</summary>
internal static class ThreadedPrograms
{
    // Short windows need many meetings: of programs in which each call begins together with another one, how long they are, how many steps must meet, and how often they are run for it.
    private const int Steps = 120;
    private const int StepsMet = 500;
    private const int MostInStep = 40;

    public static void OppositeTransfers(Trial trial)
    {
        Meetings.Repeat(1000, 20, _ => ToAndFro(trial, [(0, 1), (1, 0), (1, 0)], lanes => trial.Subject.RunTogether(lanes)));
        Meetings.InStep(trial.Subject, StepsMet, MostInStep, program => ToAndFro(trial, [(0, 1), (1, 0)], lanes => trial.Subject.RunInStep(lanes)));
    }

    // To and fro between two accounts: whoever locks the payer first waits in a circle.
    private static History<Call, Answer> ToAndFro(Trial trial, (int From, int To)[] pairs, Func<List<Call>[], History<Call, Answer>> run)
    {
        var (ledger, accounts) = New(trial, 2, 1000);
        var lanes = pairs.Select((pair, lane) => Lane(Steps, i => Request.Transfer($"{lane}.{i}", accounts[pair.From], accounts[pair.To], 1).CallOn(ledger)));
        var history = run([.. lanes]).NoneThrown();
        foreach (var answer in history.AnswersOf<LedgerAnswer>(_ => true))
            trial.Equal(LedgerStatus.Done, answer.Status, "the status of a transfer that is covered");
        var gained = Steps * (pairs.Count(pair => pair.To == 0) - pairs.Count(pair => pair.From == 0));
        trial.Equal(new AccountState(1000 + gained, 0), ledger.Find(accounts[0]), $"the first account, which began with 1000 and gained {gained}");
        trial.Equal(new AccountState(1000 - gained, 0), ledger.Find(accounts[1]), $"the second account, which began with 1000 and lost {gained}");
        return history;
    }

    public static void NobodyOverdraws(Trial trial)
    {
        Meetings.Repeat(700, 20, number => Competing(trial, number, 3, 80, lanes => trial.Subject.RunTogether(lanes)));
        Meetings.InStep(trial.Subject, StepsMet, MostInStep, program => Competing(trial, program, 2, Steps, lanes => trial.Subject.RunInStep(lanes)));
    }

    private static History<Call, Answer> Competing(Trial trial, int number, int threads, int calls, Func<List<Call>[], History<Call, Answer>> run)
    {
        var funds = 90 + trial.Random.Next(60);
        var (ledger, accounts) = New(trial, 2, funds);
        var lanes = Enumerable.Range(0, threads).Select(lane => Lane(calls, i => number % 2 == 0
            ? Request.Withdraw($"{lane}.{i}", accounts[0], 1).CallOn(ledger)
            : Request.Transfer($"{lane}.{i}", accounts[0], accounts[1], 1).CallOn(ledger)));
        var history = run([.. lanes]).NoneThrown();
        var paid = history.AnswersOf<LedgerAnswer>(_ => true).Where(answer => answer.Status == LedgerStatus.Done).ToList();
        trial.Equal(funds, paid.Count, $"units paid to 240 requests out of {funds}");
        trial.Equal(funds, paid.Select(answer => answer.Balance).Distinct().Count(), "different balances that were answered");
        trial.Equal(new AccountState(0, 0), ledger.Find(accounts[0]), "the account after that");
        return history;
    }

    public static void KeysTakeEffectOnce(Trial trial)
    {
        Meetings.Repeat(1000, 15, _ => RepeatedRequests(trial, calls => trial.Subject.RunTogether(calls, calls, calls)));
        Meetings.InStep(trial.Subject, StepsMet, MostInStep, program => RepeatedRequests(trial, calls => trial.Subject.RunInStep(calls, calls)));
    }

    private static History<Call, Answer> RepeatedRequests(Trial trial, Func<List<Call>, History<Call, Answer>> run)
    {
        var (ledger, accounts) = New(trial, 2, 1000);
        var calls = Lane(Steps, i => (i % 2 == 0 ? Request.Deposit($"k{i}", accounts[0], 1) : Request.Transfer($"k{i}", accounts[0], accounts[1], 1)).CallOn(ledger));
        var history = run(calls).NoneThrown();
        foreach (var key in history.Operations.GroupBy(operation => operation.Input))
            trial.Equal(1, key.Select(operation => operation.Result).Distinct().Count(), $"different answers to {key.Key} on several threads");
        trial.Equal(new AccountState(1000, 0), ledger.Find(accounts[0]), $"the account that began with 1000 and got and paid {Steps / 2}");
        trial.Equal(new AccountState(1000 + Steps / 2, 0), ledger.Find(accounts[1]), $"the account that began with 1000 and got {Steps / 2}");
        return history;
    }

    public static void ReservationsEndOnce(Trial trial) => Meetings.Repeat(600, 20, _ =>
    {
        var (ledger, accounts) = New(trial, 2, 1000);
        Batch(trial, Lane(60, i => Request.Reserve($"r{i}", accounts[0], accounts[1], 2, TimeSpan.FromHours(1)).CallOn(ledger)));
        var posts = Lane(60, i => Request.Post($"p{i}", $"r{i}", 1).CallOn(ledger));
        var voids = Lane(60, i => Request.Void($"v{i}", $"r{i}").CallOn(ledger));
        var history = trial.Subject.RunTogether(posts, voids).NoneThrown();
        foreach (var reservation in history.Operations.GroupBy(operation => (string)operation.Input.Arguments[1]!))
        {
            var done = reservation.Count(operation => operation.Result!.Value is LedgerAnswer { Status: LedgerStatus.Done });
            trial.Equal(1, done, $"ends of reservation {reservation.Key}, which was posted and voided at the same time");
        }

        var posted = history.AnswersOf<LedgerAnswer>(posts.Contains).Count(answer => answer.Status == LedgerStatus.Done);
        trial.Equal(new AccountState(1000 - posted, 0), ledger.Find(accounts[0]), $"the account after {posted} posts of one unit and {60 - posted} voids");
        return history;
    });

    public static void ReversalsHappenOnce(Trial trial) => Meetings.Repeat(600, 20, _ =>
    {
        var (ledger, accounts) = New(trial, 2, 1000);
        Batch(trial, Lane(50, i => Request.Transfer($"t{i}", accounts[0], accounts[1], 1).CallOn(ledger)));
        var lanes = Enumerable.Range(0, 3).Select(lane => Lane(50, i => Request.Reverse($"{lane}.{i}", $"t{i}").CallOn(ledger)));
        var history = trial.Subject.RunTogether([.. lanes]).NoneThrown();
        foreach (var original in history.Operations.GroupBy(operation => (string)operation.Input.Arguments[1]!))
        {
            var done = original.Count(operation => operation.Result!.Value is LedgerAnswer { Status: LedgerStatus.Done });
            trial.Equal(1, done, $"reversals of {original.Key} that took effect, of three at the same time");
        }

        trial.Equal(new AccountState(1000, 0), ledger.Find(accounts[0]), "the account that paid 50 and had 50 moved back");
        return history;
    });

    public static void HistoriesAreWhole(Trial trial) => Meetings.Repeat(200, 20, _ =>
    {
        var (ledger, accounts) = New(trial, 2, 1000);
        var account = accounts[0];
        var read = Call.On(ledger, l => l.History(account));
        var history = trial.Subject.RunTogether(
            Lane(60, i => Request.Transfer($"a{i}", accounts[0], accounts[1], 3).CallOn(ledger)),
            Lane(60, i => Request.Deposit($"b{i}", accounts[0], 2).CallOn(ledger)),
            Lane(25, _ => read)).NoneThrown();
        foreach (var entries in history.AnswersOf<IReadOnlyList<LedgerEntry>>(call => call == read))
        {
            var balance = 0L;
            foreach (var entry in entries)
                trial.Equal(balance += entry.Change, entry.Balance, "the balance told by an entry of a history, and the sum of the changes up to it");
        }

        return history;
    });

    public static void CallsAreLinearizable(Trial trial) => Meetings.Repeat(120, 25, number =>
    {
        var ledger = trial.Create<ILedger>();
        var model = new LedgerModel();
        long[] accounts = [1 + trial.Random.Next(100), 200 + trial.Random.Next(100)];
        foreach (var account in accounts)
        {
            trial.Equal(true, ledger.Open(account), "whether an account is opened");
            model = model.Open(account);
        }

        foreach (var request in new[] { Request.Deposit("d", accounts[0], 10), Request.Reserve("r", accounts[0], accounts[1], 4, TimeSpan.Zero) })
        {
            (model, var expected) = model.Step(request, TimeSpan.Zero);
            trial.Equal(expected, request.On(ledger), $"the answer to {request}");
        }

        var history = trial.Subject.RunTogether([.. Enumerable.Range(0, 3).Select(_ => Lane(5, _ => Any(trial, ledger, accounts)))]);
        Linear.Require(LedgerModel.Sequential(model), history.NoneThrown());
        return history;
    });

    // Few keys and small sums, so that requests collide in everything they can.
    private static Call Any(Trial trial, ILedger ledger, long[] accounts)
    {
        var (key, from) = ($"k{trial.Random.Next(9)}", trial.Random.Next(2));
        var (first, second, amount) = (accounts[from], accounts[1 - from], trial.Random.NextInt64(1, 7));
        return trial.Random.Next(9) switch
        {
            0 => Request.Deposit(key, first, amount).CallOn(ledger),
            1 => Request.Withdraw(key, first, amount).CallOn(ledger),
            2 or 3 => Request.Transfer(key, first, second, amount).CallOn(ledger),
            4 => Request.Reserve(key, first, second, amount, TimeSpan.FromHours(1)).CallOn(ledger),
            5 => Request.Post(key, "r", 3).CallOn(ledger),
            6 => Request.Void(key, "r").CallOn(ledger),
            7 => Request.Reverse(key, "d").CallOn(ledger),
            _ => Call.On(ledger, l => l.Find(first)),
        };
    }

    private static (ILedger Ledger, long[] Accounts) New(Trial trial, int accounts, long funds)
    {
        var ledger = trial.Create<ILedger>();
        long[] numbers = [.. Enumerable.Range(0, accounts).Select(i => i * 1000L + trial.Random.Next(1, 1000)).OrderBy(_ => trial.Random.Next())];
        foreach (var number in numbers)
        {
            trial.Equal(true, ledger.Open(number), "whether an account is opened");
            trial.Equal(new LedgerAnswer(LedgerStatus.Done, funds), ledger.Deposit($"funds of {number}", number, funds), "the answer to a deposit");
        }

        return (ledger, numbers);
    }

    // One lane: many calls, one after the other.
    private static void Batch(Trial trial, IReadOnlyList<Call> calls)
    {
        foreach (var answer in trial.Subject.RunTogether(calls).NoneThrown().AnswersOf<LedgerAnswer>(_ => true))
            trial.Equal(LedgerStatus.Done, answer.Status, "the status of a request that prepares the next ones");
    }

    private static List<Call> Lane(int count, Func<int, Call> call) => [.. Enumerable.Range(0, count).Select(call)];
}
