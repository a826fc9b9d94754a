using Put = Assay.Verify.SequenceCall<int>.Put;
using Read = Assay.Verify.RegisterCall<int>.Read;
using Take = Assay.Verify.SequenceCall<int>.Take;
using Write = Assay.Verify.RegisterCall<int>.Write;

namespace Assay.Verify.Tests.Histories;

public class KnownHistoryTests
{
    private static readonly Reply<int> Done = Reply<int>.Done;

    [Fact]
    public void An_empty_history_is_linearizable() => Assert.True(Check(Register()).IsLinearizable);

    [Fact]
    public void A_read_that_overlaps_a_write_may_see_either_value()
    {
        foreach (var seen in new[] { 0, 1 })
        {
            var history = Register().Invoke(0, new Write(1)).Call(1, new Read(), Reply<int>.Of(seen)).Return(0, Done);
            Assert.True(Check(history).IsLinearizable);
        }
    }

    [Fact]
    public void A_stale_read_after_the_write_returned_is_a_violation()
    {
        var history = Register().Call(0, new Write(1), Done).Call(1, new Read(), Reply<int>.Of(0));
        Assert.True(Check(history).IsViolation);
    }

    [Fact]
    public void Two_reads_that_see_new_then_old_are_a_violation()
    {
        var history = Register().Invoke(0, new Write(1))
            .Call(1, new Read(), Reply<int>.Of(1)).Call(2, new Read(), Reply<int>.Of(0)).Return(0, Done);
        Assert.True(Check(history).IsViolation);
    }

    [Fact]
    public void A_pending_write_may_have_taken_effect_or_not_but_not_both_ways()
    {
        var seen = Register().Invoke(0, new Write(1)).Call(1, new Read(), Reply<int>.Of(1));
        var unseen = Register().Invoke(0, new Write(1)).Call(1, new Read(), Reply<int>.Of(0));
        var undone = Register().Invoke(0, new Write(1)).Call(1, new Read(), Reply<int>.Of(1)).Call(1, new Read(), Reply<int>.Of(0));
        Assert.True(Check(seen).IsLinearizable);
        Assert.True(Check(unseen).IsLinearizable);
        Assert.True(Check(undone).IsViolation);
    }

    [Fact]
    public void A_pending_write_cannot_take_effect_before_it_began()
    {
        var history = Register().Call(1, new Read(), Reply<int>.Of(1)).Invoke(0, new Write(1));
        Assert.True(Check(history).IsViolation);
    }

    [Fact]
    public void Two_additions_that_answer_the_same_sum_lost_an_update()
    {
        var history = new HistoryBuilder<CounterCall, long>()
            .Invoke(0, new CounterCall(1)).Invoke(1, new CounterCall(1)).Return(0, 1).Return(1, 1).Build();
        Assert.True(Checked.By(new CounterModel(), history).IsViolation);
    }

    [Fact]
    public void A_queue_that_answers_in_another_order_than_it_was_filled_is_a_violation()
    {
        var history = Sequence().Call(0, new Put(1), Done).Call(0, new Put(2), Done).Call(1, new Take(), Reply<int>.Of(2)).Build();
        Assert.True(Checked.By(new QueueModel<int>(), history).IsViolation);
        Assert.True(Checked.By(new StackModel<int>(), history).IsLinearizable);
    }

    [Fact]
    public void Overlapping_puts_may_be_taken_in_either_order()
    {
        var history = Sequence().Invoke(0, new Put(1)).Invoke(1, new Put(2)).Return(0, Done).Return(1, Done)
            .Call(0, new Take(), Reply<int>.Of(2)).Call(0, new Take(), Reply<int>.Of(1)).Build();
        Assert.True(Checked.By(new QueueModel<int>(), history).IsLinearizable);
    }

    [Fact]
    public void An_element_taken_twice_is_a_violation()
    {
        var history = Sequence().Call(0, new Put(1), Done)
            .Invoke(0, new Take()).Invoke(1, new Take()).Return(0, Reply<int>.Of(1)).Return(1, Reply<int>.Of(1)).Build();
        Assert.True(Checked.By(new QueueModel<int>(), history).IsViolation);
        Assert.True(Checked.By(new StackModel<int>(), history).IsViolation);
    }

    [Fact]
    public void A_full_bounded_queue_refuses()
    {
        var history = Sequence().Call(0, new Put(1), Done).Call(0, new Put(2), Reply<int>.No).Build();
        Assert.True(Checked.By(new QueueModel<int>(capacity: 1), history).IsLinearizable);
        Assert.True(Checked.By(new QueueModel<int>(), history).IsViolation);
    }

    [Fact]
    public void Two_holders_of_a_mutex_are_a_violation()
    {
        var history = new HistoryBuilder<MutexCall, bool>()
            .Call(0, new MutexCall(MutexAction.Acquire, 0), true).Call(1, new MutexCall(MutexAction.Acquire, 1), true)
            .Call(0, new MutexCall(MutexAction.Release, 0), true).Build();
        Assert.True(Checked.By(new MutexModel(), history).IsViolation);
    }

    [Fact]
    public void An_acquire_that_waited_for_the_release_is_linearizable()
    {
        var history = new HistoryBuilder<MutexCall, bool>()
            .Call(0, new MutexCall(MutexAction.Acquire, 0), true).Invoke(1, new MutexCall(MutexAction.Acquire, 1))
            .Call(2, new MutexCall(MutexAction.TryAcquire, 2), false)
            .Call(0, new MutexCall(MutexAction.Release, 0), true).Return(1, true).Build();
        Assert.True(Checked.By(new MutexModel(), history).IsLinearizable);
    }

    [Fact]
    public void A_model_with_a_choice_accepts_each_of_its_outcomes()
    {
        var history = new HistoryBuilder<string, int>().Call(0, "roll", 3).Call(1, "roll", 5).Call(0, "sum", 8).Build();
        Assert.True(Checked.By(new Dice(), history).IsLinearizable);
        var wrong = new HistoryBuilder<string, int>().Invoke(0, "roll").Call(1, "roll", 5).Call(1, "sum", 12).Build();
        Assert.True(Checked.By(new Dice(), wrong).IsViolation);
        var hidden = new HistoryBuilder<string, int>().Invoke(0, "roll").Call(1, "roll", 5).Call(1, "sum", 11).Build();
        Assert.True(Checked.By(new Dice(), hidden).IsLinearizable);
    }

    private static HistoryBuilder<RegisterCall<int>, Reply<int>> Register() => new();

    private static HistoryBuilder<SequenceCall<int>, Reply<int>> Sequence() => new();

    private static Verdict<RegisterCall<int>, Reply<int>> Check(HistoryBuilder<RegisterCall<int>, Reply<int>> history) =>
        Checked.By(new RegisterModel<int>(0), history.Build());

    private sealed class Dice : ISequentialModel<int, string, int>
    {
        public int Initial => 0;

        public IEnumerable<Outcome<int, int>> Apply(int state, string input) =>
            input == "sum" ? [new(state, state)] : Enumerable.Range(1, 6).Select(eyes => new Outcome<int, int>(state + eyes, eyes));
    }
}
