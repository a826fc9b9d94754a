using Assay.Verify.Exploration;

namespace Assay.Weaving.Tests;

/// <summary>Exploration from a user's own test: the lambdas below run as woven copies.</summary>
public sealed class ExploreTests
{
    [Fact]
    public void A_race_between_two_lambdas_is_found_and_replays_to_the_same_text()
    {
        var finding = Explore.Run(
            static () => new Account(),
            [static account => account.Deposit(1), static account => account.Deposit(2)],
            static account => Assert.Equal(3, account.Balance),
            cancellationToken: TestContext.Current.CancellationToken).Finding;
        Assert.Equal(RunEndKind.Failed, finding?.End.Kind);

        var again = Explore.Replay(
            finding!.Schedule.ToString(),
            static () => new Account(),
            [static account => account.Deposit(1), static account => account.Deposit(2)],
            static account => Assert.Equal(3, account.Balance));
        Assert.Equal(LaneTimeline.Print(finding.Steps), LaneTimeline.Print(again.Steps));
        Assert.NotEmpty(again.Steps);
    }

    [Fact]
    public void A_guarded_program_passes_every_schedule()
    {
        var result = Explore.Run(
            static () => new Account(),
            [static account => account.SafeDeposit(1), static account => account.SafeDeposit(2), static account => account.SafeDeposit(3)],
            static account => Assert.Equal(6, account.Balance),
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Null(result.Finding);
        Assert.True(result.IsExhaustive);
    }

    [Fact]
    public void A_lambda_that_captures_is_refused()
    {
        var amount = Random.Shared.Next();
        Assert.Throws<ArgumentException>(() => Explore.Run(static () => new Account(), [account => account.Deposit(amount)], cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Time_and_chance_replay_to_the_same_text()
    {
        // The same lambdas, for the text tells their lines too.
        Action<Lottery>[] threads = [static lottery => lottery.Draw(), static lottery => lottery.Draw()];
        Action<Lottery> check = static lottery => Assert.Equal(2, lottery.Draws);
        var finding = Explore.Run(static () => new Lottery(), threads, check, cancellationToken: TestContext.Current.CancellationToken).Finding;
        var again = Explore.Replay(finding!.Schedule.ToString(), static () => new Lottery(), threads, check);
        Assert.Equal(finding.ToString(), again.ToString());
        Assert.Contains("write _number", finding.ToString(), StringComparison.Ordinal);
    }

    private sealed class Lottery
    {
        private int _number;
        private long _time;

        public int Draws { get; private set; }

        public void Draw()
        {
            _number = Random.Shared.Next() ^ Guid.NewGuid().GetHashCode();
            _time = DateTime.UtcNow.Ticks + new Random().Next();
            Draws += _number + _time == 0 ? 2 : 1;
        }
    }

    private sealed class Account
    {
        private readonly Lock _gate = new();

        public int Balance { get; private set; }

        public void Deposit(int amount) => Balance += amount;

        public void SafeDeposit(int amount)
        {
            lock (_gate)
                Balance += amount;
        }
    }
}
