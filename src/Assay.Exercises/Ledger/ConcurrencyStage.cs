using Assay.Contracts;

namespace Assay.Exercises.Ledger;

/// <summary>Stage four: the same promises with several threads. Small programs are run under schedule after schedule.</summary>
internal static class ConcurrencyStage
{
    public static Stage Stage { get; } = new(4, "Concurrency",
    [
        Check("opposite-transfers-end", "Transfers in opposite directions all end, and no unit is lost or made up", OppositeTransfers, ThreadedPrograms.OppositeTransfers) with
        {
            Help = "Whoever needs two locks must take them in one order that is the same for everybody, such as that of the account numbers.",
        },
        Check("nobody-overdraws", "Threads that compete for an account's money get exactly what is there", NobodyOverdraws, ThreadedPrograms.NobodyOverdraws) with
        {
            Help = "Compare and take under one lock: between a check outside it and the taking somebody else takes the same money.",
        },
        Check("keys-take-effect-once", "A request that arrives on several threads at once takes effect once, and all get one answer", KeysTakeEffectOnce, ThreadedPrograms.KeysTakeEffectOnce) with
        {
            Help = "Note the key in the same step in which its absence is seen (TryAdd, or under the lock), before the request takes effect.",
        },
        Check("reservations-end-once", "A reservation that is posted and voided at the same time ends in one way", ReservationsEndOnce, ThreadedPrograms.ReservationsEndOnce) with
        {
            Help = "Look at the reservation's state and change it under the lock of the account that pays: who comes second must see how it ended.",
        },
        Check("reversals-happen-once", "Of several reversals of one transfer at the same time one takes effect", ReversalsHappenOnce, ThreadedPrograms.ReversalsHappenOnce) with
        {
            Help = "Mark the original as reversed under the same lock under which it was looked up.",
        },
        Check("histories-are-whole", "A history that is read while money moves adds up", HistoriesAreWhole, ThreadedPrograms.HistoriesAreWhole) with
        {
            Help = "Write the balance and its entry in one locked step, and copy the history under that lock.",
        },
        Check("calls-are-linearizable", "Every call takes effect at one instant between its call and its return", CallsAreLinearizable, ThreadedPrograms.CallsAreLinearizable) with
        {
            Help = "Take one lock around the whole of each call, and make it finer only where the timeline stays explicable.",
        },
    ])
    {
        BeginsAnew = true,
    };

    private static Check Check(string id, string sentence, Action<Trial, Exploring> explore, Action<Trial> otherwise) =>
        new(id, sentence, "SharedState", trial => Exploring.Run(trial, explore, otherwise)) { Requires = [BaseStage.First] };

    // To and fro between two accounts: whoever locks the payer first waits in a circle.
    private static void OppositeTransfers(Trial trial, Exploring exploring)
    {
        var town = Town.New(trial, 10);
        exploring.Require(town.Program([], [[Request.Transfer("t1", town.First, town.Second, 1), Request.Transfer("t2", town.First, town.Second, 2)], [Request.Transfer("t3", town.Second, town.First, 4)]]), town.Linear);
        exploring.Require(
            town.Program([], [[Request.Transfer("t1", town.First, town.Second, 1)], [Request.Transfer("t2", town.Second, town.First, 2)], [Request.Transfer("t3", town.Second, town.First, 4)]]), town.Linear);
    }

    private static void NobodyOverdraws(Trial trial, Exploring exploring)
    {
        var town = Town.New(trial, 3);
        Judge(Request.Withdraw("w1", town.First, 2), Request.Withdraw("w2", town.First, 2));
        Judge(Request.Transfer("t1", town.First, town.Second, 2), Request.Transfer("t2", town.First, town.Second, 2));
        Judge(Request.Withdraw("w1", town.First, 2), Request.Reserve("r1", town.First, town.Second, 2, TimeSpan.Zero));

        void Judge(Request one, Request other) => exploring.Require(town.Program([], [[one], [other]]), outcome =>
        {
            var done = outcome.History.NoneThrown().AnswersOf<LedgerAnswer>(call => Request.Of(call) is { Key: var key } && (key == one.Key || key == other.Key)).Count(answer => answer.Status == LedgerStatus.Done);
            trial.Equal(1, done, $"how many of {one} and {other} took effect, with 3 in the account");
            town.Linear(outcome);
        });
    }

    private static void KeysTakeEffectOnce(Trial trial, Exploring exploring)
    {
        var town = Town.New(trial, 10);
        foreach (var request in new[] { Request.Deposit("k", town.First, 1), Request.Transfer("k", town.First, town.Second, 4), Request.Reserve("k", town.First, town.Second, 4, TimeSpan.Zero) })
        {
            exploring.Require(town.Program([], [[request], [request]]), outcome =>
            {
                var answers = outcome.History.NoneThrown().Operations.Where(operation => Request.Of(operation.Input) == request).Select(operation => operation.Result).Distinct();
                trial.Equal(1, answers.Count(), $"different answers to {request} on two threads");
                town.Linear(outcome);
            });
        }

        // Another request under the same key is a conflict, whichever comes first; and three at once.
        exploring.Require(town.Program([], [[Request.Deposit("k", town.First, 1)], [Request.Withdraw("k", town.First, 3)]]), town.Linear);
        exploring.Require(town.Program([], [.. Enumerable.Repeat(new[] { Request.Deposit("k", town.First, 1) }, 3)]), town.Linear);
    }

    private static void ReservationsEndOnce(Trial trial, Exploring exploring)
    {
        var town = Town.New(trial, 10);
        var (post, end) = (Request.Post("p", "r", 1), Request.Void("v", "r"));
        exploring.Require(town.Program([Request.Reserve("r", town.First, town.Second, 2, TimeSpan.FromHours(1))], [[post], [end]]), outcome =>
        {
            var done = outcome.History.NoneThrown().AnswersOf<LedgerAnswer>(call => Request.Of(call) is { Target: "r" }).Count(answer => answer.Status == LedgerStatus.Done);
            trial.Equal(1, done, "ends of a reservation that was posted and voided at the same time");
            town.Linear(outcome);
        });
        exploring.Require(town.Program([Request.Reserve("r", town.First, town.Second, 4, TimeSpan.Zero)], [[post, Request.Withdraw("w", town.First, 7)], [Request.Post("p2", "r", 4)]]), town.Linear);
    }

    private static void ReversalsHappenOnce(Trial trial, Exploring exploring)
    {
        var town = Town.New(trial, 10);
        var original = Request.Transfer("t", town.First, town.Second, 3);
        exploring.Require(town.Program([original], [[Request.Reverse("x1", "t")], [Request.Reverse("x2", "t")]]), outcome =>
        {
            var done = outcome.History.NoneThrown().AnswersOf<LedgerAnswer>(call => Request.Of(call) is { Target: "t" }).Count(answer => answer.Status == LedgerStatus.Done);
            trial.Equal(1, done, "reversals of one transfer that took effect, of two at the same time");
            town.Linear(outcome);
        });
        exploring.Require(town.Program([original], [[Request.Reverse("x1", "t")], [Request.Reverse("x2", "t")], [Request.Withdraw("w", town.Second, 12)]]), town.Linear);
    }

    private static void HistoriesAreWhole(Trial trial, Exploring exploring)
    {
        var town = Town.New(trial, 10);
        var read = Call.Of<ILedger, IReadOnlyList<LedgerEntry>?>(l => l.History(town.First));
        IReadOnlyList<Call>[] lanes = [[Request.Transfer("a", town.First, town.Second, 3).Explored()], [Request.Deposit("b", town.First, 2).Explored()], [read, read]];
        exploring.Require(new ExploredProgram(typeof(ILedger), [], town.Before([]), lanes, [read]), outcome =>
        {
            foreach (var entries in outcome.History.NoneThrown().AnswersOf<IReadOnlyList<LedgerEntry>>(call => call == read))
            {
                var balance = 0L;
                foreach (var entry in entries)
                    trial.Equal(balance += entry.Change, entry.Balance, "the balance told by an entry of a history, and the sum of the changes up to it");
            }

            var last = outcome.History.AnswersOf<IReadOnlyList<LedgerEntry>>(call => call == read).Last();
            trial.Equal("a, b", string.Join(", ", last.Select(entry => entry.Key).Where(key => key is "a" or "b").Order(StringComparer.Ordinal)), "the movements that are in the history at rest");
        });
    }

    private static void CallsAreLinearizable(Trial trial, Exploring exploring)
    {
        for (var number = 0; number < 4; number++)
        {
            var town = Town.New(trial, 10);
            var (lanes, calls) = number % 2 == 0 ? (2, 2) : (3, 1);
            exploring.Require(
                town.Program(
                    [Request.Reserve("r", town.First, town.Second, 4, TimeSpan.Zero)],
                    [.. Enumerable.Range(0, lanes).Select(_ => Enumerable.Range(0, calls).Select(_ => Any(trial, town)).ToList())]),
                town.Linear,
                Exploring.Schedules / 2);
        }

        // The ledger's limit belongs to all accounts together, and two requests may name each other.
        var (full, mutual) = (Town.New(trial, (1L << 61) - 3), Town.New(trial, 10));
        exploring.Require(full.Program([], [[Request.Deposit("d1", full.First, 4)], [Request.Deposit("d2", full.Second, 4)]]), full.Linear, Exploring.Schedules / 2);
        exploring.Require(mutual.Program([], [[Request.Post("p1", "p2", 1)], [Request.Post("p2", "p1", 1)]]), mutual.Linear, Exploring.Schedules / 2);
    }

    // Few keys and small sums, so that requests collide in everything they can.
    private static Request Any(Trial trial, Town town)
    {
        var (key, isFirst) = ($"k{trial.Random.Next(4)}", trial.Random.Next(2) == 0);
        var (one, other, amount) = (isFirst ? town.First : town.Second, isFirst ? town.Second : town.First, trial.Random.NextInt64(1, 9));
        return trial.Random.Next(8) switch
        {
            0 => Request.Deposit(key, one, amount),
            1 => Request.Withdraw(key, one, amount),
            2 or 3 => Request.Transfer(key, one, other, amount),
            4 => Request.Reserve(key, one, other, amount, TimeSpan.FromHours(1)),
            5 => Request.Post(key, "r", 3),
            6 => Request.Void(key, "r"),
            _ => Request.Reverse(key, Town.Funds),
        };
    }

    /// <summary>Two accounts with money, whose numbers nobody could know.</summary>
    private sealed record Town(long First, long Second, long Money)
    {
        public const string Funds = "funds 1";

        public static Town New(Trial trial, long money)
        {
            var (low, high) = (trial.Random.NextInt64(1, 1000), trial.Random.NextInt64(1000, 2000));
            return trial.Random.Next(2) == 0 ? new Town(low, high, money) : new Town(high, low, money);
        }

        public IReadOnlyList<Moment> Before(IReadOnlyList<Request> requests) =>
        [
            Call.Of<ILedger, bool>(l => l.Open(First)), Call.Of<ILedger, bool>(l => l.Open(Second)),
            Request.Deposit(Funds, First, Money).Explored(), Request.Deposit("funds 2", Second, Money).Explored(),
            .. requests.Select(request => (Moment)request.Explored()),
        ];

        public ExploredProgram Program(IReadOnlyList<Request> before, IReadOnlyList<IReadOnlyList<Request>> lanes) => new(
            typeof(ILedger), [], Before(before), [.. lanes.Select(lane => lane.Select(request => request.Explored()).ToList())],
            [Call.Of<ILedger, AccountState?>(l => l.Find(First)), Call.Of<ILedger, AccountState?>(l => l.Find(Second))]);

        public void Linear(ExploredOutcome outcome) => Exercises.Linear.Require(LedgerModel.Sequential(new LedgerModel()), outcome.History.NoneThrown());
    }
}
