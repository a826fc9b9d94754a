using Assay.Analyzers.Rules.Async;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Async;

/// <summary>Tasks that are proven complete where <see cref="BlockingWait"/> meets them, and their near misses.</summary>
public sealed class BlockingWaitProofTests : RuleTests<BlockingWait>
{
    [Fact]
    public Task Awaited_before_is_ignored() => Ignores(
        """
        class C
        {
            readonly Task<int> _kept = Task.Run(() => 1);
            Task<int>? _field;
            async Task<int> M(Task<int> t, ValueTask<int> v)
            {
                await t.ConfigureAwait(false);
                await _kept;
                Console.WriteLine("anything");
                var alias = t;
                await v;
                return t.Result + alias.Result + _kept.Result + t.GetAwaiter().GetResult() + v.Result;
            }
            async Task<int> N()
            {
                _field = Task.Run(() => 2);
                await _field;
                return _field.Result;
            }
        }
        """);

    [Fact]
    public Task Not_awaited_on_every_path_is_flagged() => Flags(
        """
        class C
        {
            Task<int>? _field;
            async Task<int> M(Task<int> t, bool b)
            {
                if (b) await t;
                return [|t.Result|];
            }
            async Task<int> Reassigned(Task<int> t)
            {
                await t;
                t = Task.Run(() => 2);
                return [|t.Result|];
            }
            async Task<int> Loop(Func<Task<int>> next)
            {
                var t = next();
                await t;
                while (t.Result > 0) { t = next(); Console.WriteLine([|t.Result|]); }
                return 0;
            }
            async Task<int> Field()
            {
                await _field!;
                Console.WriteLine("others may run here");
                return [|_field.Result|];
            }
            async Task<int> Out(Task<int> t)
            {
                await t;
                Replace(out t);
                return [|t.Result|];
            }
            async Task<int> Inner(Task<int> t)
            {
                Action swap = () => t = Task.Run(() => 2);
                await t;
                swap();
                return [|t.Result|];
            }
            void Replace(out Task<int> t) => t = Task.Run(() => 1);
        }
        """);

    [Fact]
    public Task After_WhenAll_is_ignored() => Ignores(
        """
        class C
        {
            Task<int> FetchAsync(int id) => Task.Run(() => id);
            async Task<int> Two(Task<int> a, Task<int> b)
            {
                await Task.WhenAll(a, b).ConfigureAwait(false);
                return a.Result + b.Result;
            }
            async Task<IEnumerable<int>> Many(int[] ids)
            {
                var tasks = ids.Select(FetchAsync).ToList();
                await Task.WhenAll(tasks);
                foreach (var t in tasks) Console.WriteLine(t.Result);
                for (var i = 0; i < tasks.Count; i++) Console.WriteLine(tasks[i].Result);
                Console.WriteLine(tasks.First().Result + tasks[0].Result + tasks.Where(t => t.Result > 1).OrderBy(t => t.Result).Last().Result);
                return tasks.Select(t => t.Result);
            }
            async Task<int> Alias(Task<int> a, Task<int> b)
            {
                var all = Task.WhenAll(a, b);
                await all;
                var tasks = new[] { a, b };
                return a.Result + tasks.Sum(t => t.Result);
            }
            async Task<int> Array(Task<int> a, Task<int> b)
            {
                Task[] tasks = { a, b };
                await Task.WhenAll(tasks);
                return a.Result + b.Result;
            }
            async Task<int> List(Task<int> a, Task<int> b)
            {
                var tasks = new List<Task> { a };
                tasks.Add(b);
                await Task.WhenAll(tasks);
                return a.Result + b.Result;
            }
            async Task<int> Collection(Task<int> a, List<Task<int>> more)
            {
                await Task.WhenAll([a, .. more]);
                return a.Result + more.Sum(t => t.Result);
            }
            async Task<Dictionary<int, int>> Map(Dictionary<int, Task<int>> byId)
            {
                await Task.WhenAll(byId.Values);
                foreach (var (id, task) in byId) Console.WriteLine(id + task.Result);
                foreach (var pair in byId) Console.WriteLine(pair.Value.Result);
                return byId.ToDictionary(p => p.Key, p => p.Value.Result);
            }
            async Task<int> Jobs(List<(int Id, Task<int> Work)> jobs)
            {
                await Task.WhenAll(jobs.Select(j => j.Work));
                return jobs.Sum(j => j.Work.Result) + jobs[0].Work.Result;
            }
            async Task<int> Indexed()
            {
                var tasks = new Task<int>[2];
                tasks[0] = FetchAsync(1);
                tasks[1] = FetchAsync(2);
                await Task.WhenAll(tasks);
                return tasks[0].Result + tasks[1].Result;
            }
            int Blocked(Task<int>[] tasks, Task<int> one) => 0;
        }
        """);

    [Fact]
    public Task Outside_the_awaited_collection_is_flagged() => Flags(
        """
        class C
        {
            async Task<int> M(List<Task<int>> tasks, Task<int> other, Func<Task<int>> next)
            {
                await Task.WhenAll(tasks);
                tasks.Add(next());
                return tasks.Sum(t => [|t.Result|]) + [|other.Result|];
            }
            async Task<int> N(Task<int>[] tasks, Func<Task<int>> next)
            {
                await Task.WhenAll(tasks);
                tasks[0] = next();
                return [|tasks[1].Result|] + [|tasks[0].Result|];
            }
            async Task<int> New(List<int> ids, Func<int, Task<int>> fetch)
            {
                await Task.WhenAll(ids.Select(id => fetch(id)));
                return ids.Select(id => fetch(id)).Sum(t => [|t.Result|]);
            }
            async Task<int> Nested(Task<Task<int>> outer)
            {
                await outer;
                return [|outer.Result.Result|];
            }
            async Task<int> Index(Task<int>[] tasks, int i)
            {
                await tasks[i];
                var first = tasks[i].Result;
                i++;
                return first + [|tasks[i].Result|];
            }
        }
        """);

    [Fact]
    public Task The_winner_of_WhenAny_is_ignored() => Ignores(
        """
        class C
        {
            async Task<int> M(Task<int> a, Task<int> b)
            {
                var done = await Task.WhenAny(a, b);
                Task<int> again;
                again = await Task.WhenAny(new[] { a, b }).ConfigureAwait(false);
                return done.Result + again.Result + (await Task.WhenAny(a, b)).Result;
            }
            async Task<int> Timeout(Task<int> work)
            {
                if (await Task.WhenAny(work, Task.Delay(1000)) == work)
                    return work.Result;
                throw new TimeoutException();
            }
            async Task<int> Thrown(Task<int> work, Task delay)
            {
                var first = await Task.WhenAny(work, delay);
                if (first != work) throw new TimeoutException();
                return work.GetAwaiter().GetResult();
            }
            async Task<int> Single(Task<int> work)
            {
                await Task.WhenAny(work);
                return work.Result;
            }
            async Task Drain(List<Task<int>> tasks)
            {
                while (tasks.Count > 0)
                {
                    var done = await Task.WhenAny(tasks);
                    tasks.Remove(done);
                    Console.WriteLine(done.Result);
                }
            }
            async Task Each(List<Task<int>> tasks)
            {
                await foreach (var done in Task.WhenEach(tasks)) Console.WriteLine(done.Result);
            }
        }
        """);

    [Fact]
    public Task The_losers_of_WhenAny_are_flagged() => Flags(
        """
        class C
        {
            async Task<int> M(Task<int> a, Task<int> b)
            {
                var done = await Task.WhenAny(a, b);
                if (done == a) return [|b.Result|];
                return [|a.Result|];
            }
        }
        """);

    [Fact]
    public Task Found_complete_by_a_test_is_ignored() => Ignores(
        """
        class C
        {
            int A(Task<int> t) => t.IsCompletedSuccessfully ? t.Result : 0;
            int B(ValueTask<int> t) { if (t.IsCompleted) return t.Result; return 0; }
            int D(Task<int> t) { if (!t.IsCompleted) { return 0; } return t.Result; }
            int E(Task<int> t) { if (t.Status == TaskStatus.RanToCompletion) return t.Result; return 0; }
            int F(Task<int> t) { if (t.Status != TaskStatus.RanToCompletion) return 0; return t.Result; }
            int G(Task<int> t, bool b) => b && t.IsCompleted && t.Result > 0 ? 1 : 0;
            int H(Task<int> t) => t is { IsCompletedSuccessfully: true } ? t.Result : 0;
            int I(Task<int>? t) => t is { Status: TaskStatus.RanToCompletion } done ? done.Result : 0;
            int J(Task<int> t) { while (!t.IsCompleted) Thread.Sleep(1); return t.Result; }
            int K(Task<int> t) { var ok = t.IsCompleted; if (!ok) return 0; return t.Result; }
            int L(Task<int>? t) { if (t?.IsCompleted == true) return t.Result; return 0; }
            int M(Task<int> t) => t.Status switch { TaskStatus.RanToCompletion => t.Result, _ => 0 };
            int N(Task<int> t)
            {
                switch (t.Status)
                {
                    case TaskStatus.RanToCompletion:
                        return t.Result;
                    case TaskStatus.Faulted:
                    case TaskStatus.Canceled:
                        t.GetAwaiter().GetResult();
                        return 1;
                    default:
                        return 0;
                }
            }
            int W(Task<int>[] tasks, int i)
            {
                var status = tasks[i].Status;
                switch (status)
                {
                    case TaskStatus.RanToCompletion:
                        return tasks[i].Result;
                }
                return status == TaskStatus.Faulted ? tasks[i].Result : 0;
            }
            int X(object o) => o is Task<int> { Status: TaskStatus.RanToCompletion } done ? done.Result : 0;
            int Y(object o) => o is Task<int> done && done.IsCompleted ? done.Result : 0;
            int O(Task<int> t) => t switch { { IsCompletedSuccessfully: true } => t.Result, _ => 0 };
            int P(Task<int> t) { System.Diagnostics.Debug.Assert(t.IsCompleted); return t.Result; }
            int Q(Task<int> t)
            {
                var awaiter = t.GetAwaiter();
                if (awaiter.IsCompleted) return awaiter.GetResult();
                awaiter.OnCompleted(() => Console.WriteLine(awaiter.GetResult() + t.Result));
                return 0;
            }
            int R(List<Task<int>> tasks) => tasks.Where(t => t.IsCompletedSuccessfully).Sum(t => t.Result);
            int S(List<Task<int>> tasks) => tasks.All(t => t.IsCompleted) ? tasks.Sum(t => t.Result) : 0;
            int T(Task<int> t) { if (t.IsFaulted || t.IsCanceled) t.Wait(); return 0; }
            int U(Task<int> t) => t.Exception is not null ? t.Result : t.Exception != null ? t.Result : 0;
            bool V(Task<int> t) => t is { IsCompleted: true, Result: 1 };
        }
        """);

    [Fact]
    public Task A_test_that_does_not_prove_it_is_flagged() => Flags(
        """
        class C
        {
            int A(Task<int> t) => t.IsCompleted ? 0 : [|t.Result|];
            int B(Task<int> t, bool b) => t.IsCompleted || b ? [|t.Result|] : 0;
            int D(Task<int> t) { if (t.IsFaulted) return 0; return [|t.Result|]; }
            int E(Task<int> t) => t.Status == TaskStatus.Running ? [|t.Result|] : 0;
            int F(Task<int> t, Task<int> u) => t.IsCompleted ? [|u.Result|] : 0;
            int G(Task<int> t) { if (t.IsCompleted) Console.WriteLine(); return [|t.Result|]; }
            int H(List<Task<int>> tasks) => tasks.Where(t => t.Id > 1).Sum(t => [|t.Result|]);
            int I(Task<int> t) { if (![|t.Wait(10)|]) return [|t.Result|]; return 0; }
        }
        """);

    [Fact]
    public Task Continuations_on_their_own_antecedent_are_ignored() => Ignores(
        """
        class C
        {
            Task<int> A(Task<int> t) => t.ContinueWith(done => done.Result + 1);
            Task<int> B(Task<int> t) => t.ContinueWith((done, state) => { done.Wait(); return t.Result; }, null);
            Task<int> D(Task<int> a, Task<int> b) => Task.WhenAll(a, b).ContinueWith(_ => a.Result + b.Result);
            Task E(Task<int>[] all) => Task.Factory.ContinueWhenAll(all, done => done.Sum(t => t.Result) + all[0].Result);
            Task F(Task<int>[] all) => Task.Factory.ContinueWhenAny(all, done => done.Result);
            Task<int> G(Task<int> t) => t.ContinueWith(Next);
            private static int Next(Task<int> done) => done.Result + 1;
            Task<int> H(Task<int> t)
            {
                return t.ContinueWith(Local);
                int Local(Task<int> done) => done.Result;
            }
        }
        """);

    [Fact]
    public Task Another_task_in_a_continuation_is_flagged() => Flags(
        """
        class C
        {
            Task<int> A(Task<int> t, Task<int> other) => t.ContinueWith(done => [|other.Result|]);
            Task<int> B(Task<int> t, Func<int, Task<int>> next) => t.ContinueWith(done => [|next(done.Result).Result|]);
            private static int Next(Task<int> task) => [|task.Result|];
            Task<int> D(Task<int> t) => Task.Run(() => Next(t));
        }
        """);

    [Fact]
    public Task Tasks_complete_from_the_start_are_ignored() => Ignores(
        """
        class C
        {
            int A() => Task.FromResult(1).Result;
            void B() => Task.CompletedTask.Wait();
            int D(bool b)
            {
                var t = b ? Task.FromResult(1) : Task.FromException<int>(new InvalidOperationException());
                return t.Result;
            }
            int E() => new ValueTask<int>(1).Result + ValueTask.FromResult(2).GetAwaiter().GetResult();
            void F() => default(ValueTask).GetAwaiter().GetResult();
            void G() => Task.WaitAll(Task.CompletedTask, Task.FromResult(1));
        }
        """);

    [Fact]
    public Task Complete_on_one_branch_only_is_flagged() => Flags(
        """
        class C
        {
            int A(bool b, Task<int> given)
            {
                var t = b ? Task.FromResult(1) : given;
                return [|t.Result|];
            }
            int B(Task<int> given) => [|new ValueTask<int>(given).Result|];
            void D(Task given) => [|Task.WaitAll(Task.CompletedTask, given)|];
        }
        """);

    [Fact]
    public Task After_an_await_in_a_try_is_ignored() => Ignores(
        """
        class C
        {
            async Task M(Task<int>[] tasks, Task<int> one)
            {
                try { await Task.WhenAll(tasks); }
                catch (Exception e) { Console.WriteLine(e); }
                foreach (var t in tasks)
                {
                    if (!t.IsFaulted) Console.WriteLine(t.Result);
                }
                try { await one; }
                catch { Console.WriteLine(one.GetAwaiter().GetResult()); }
                finally { Console.WriteLine(one.Result); }
            }
        }
        """);

    [Fact]
    public Task An_await_that_a_throw_may_skip_is_flagged() => Flags(
        """
        class C
        {
            void Prepare() { }
            async Task<int> M(Task<int> t)
            {
                try { Prepare(); await t; }
                catch (InvalidOperationException) { Console.WriteLine("not prepared"); }
                return [|t.Result|];
            }
            async Task<int> N(Task<int> t, CancellationToken stop)
            {
                try { await t.WaitAsync(stop); }
                catch (OperationCanceledException) { return [|t.Result|]; }
                return t.Result;
            }
        }
        """);

    [Fact]
    public Task The_synchronous_side_of_dual_code_is_ignored() => Ignores(
        """
        class C
        {
            async Task<int> Load(bool async, Task<int> t)
            {
                if (!async) return t.GetAwaiter().GetResult();
                return await t;
            }
            async Task<int> Early(bool useAsync)
            {
                if (useAsync) return await SendAsync();
                return SendAsync().Result;
            }
            async ValueTask<int> Either(bool isAsync) => isAsync ? await SendAsync() : SendAsync().Result;
            async Task<int> Sync(bool sync) => sync ? SendAsync().Result : await SendAsync();
            int Open() => Load(async: false, SendAsync()).GetAwaiter().GetResult();
            int Kept() { var t = Load(false, SendAsync()); return t.Result; }
            Task<int> SendAsync() => Task.Run(() => 1);
        }
        """);

    [Fact]
    public Task The_asynchronous_side_of_dual_code_is_flagged() => Flags(
        """
        class C
        {
            async Task<int> Load(bool async, Task<int> t)
            {
                if (async) return [|t.Result|];
                return await t;
            }
            int Open() => [|Load(async: true, Task.Run(() => 1)).Result|];
            int Other(bool asynchronous, bool fast) => fast ? [|Task.Run(() => 1).Result|] : 0;
        }
        """);

    [Fact]
    public Task A_lambda_inside_a_try_is_followed() => Flags(
        """
        class C
        {
            Task<int> M(Task<int> t, Task<int> other)
            {
                try { Console.WriteLine(); }
                catch (InvalidOperationException) { throw; }
                try
                {
                    using (new MemoryStream())
                        return t.ContinueWith(done => { if (done.IsFaulted) return 0; return done.Result + [|other.Result|]; });
                }
                finally { Console.WriteLine(); }
            }
        }
        """);

    [Fact]
    public Task A_source_completed_before_is_ignored() => Ignores(
        """
        class C
        {
            private readonly TaskCompletionSource<int> _source = new();
            int M(TaskCompletionSource<int> source, CancellationToken stop)
            {
                if (source.TrySetCanceled(stop)) return 0;
                _source.SetResult(1);
                return source.Task.Result + _source.Task.Result;
            }
        }
        """);

    [Fact]
    public Task Methods_that_are_only_given_completed_tasks_are_ignored() => Ignores(
        """
        using System.Runtime.CompilerServices;
        class C
        {
            private static readonly Action<Task<int>, object?> s_done = OnDone;
            Task A(Task<int> t) => t.ContinueWith(s_done, null);
            private static void OnDone(Task<int> t, object? state) => Console.WriteLine(t.Result);

            Task<int> B(Task<int> t) => t.ContinueWith(done => Finish(1, done));
            async Task<int> D(Task<int> t) { await t; return this.Finish(2, t); }
            private int Finish(int i, Task<int> t) => i + t.Result;

            unsafe void E() { delegate*<Task, int> p = &Local; static int Local(Task o) => new ValueTask<int>(Unsafe.As<Task<int>>(o)).Result; }
        }
        struct Machine : IAsyncStateMachine
        {
            private TaskAwaiter<int> _awaiter;
            public void MoveNext() { var awaiter = _awaiter; Console.WriteLine(awaiter.GetResult()); }
            public void SetStateMachine(IAsyncStateMachine machine) { }
        }
        """);

    [Fact]
    public Task Methods_that_are_also_given_other_tasks_are_flagged() => Flags(
        """
        class C
        {
            Task<int> B(Task<int> t) => t.ContinueWith(done => Finish(1, done));
            int D(Task<int> t) => Finish(2, t);
            private int Finish(int i, Task<int> t) => i + [|t.Result|];
            IEnumerable<int> E(Task<int>[] tasks) => tasks.Select(Get);
            private static int Get(Task<int> t) => [|t.Result|];
            public static int Sync(Task<int> t) => [|t.Result|];
        }
        """);

    [Fact]
    public Task Both_sides_of_one_flag_are_ignored() => Ignores(
        """
        class C
        {
            private readonly bool _async;
            public bool IsSynchronous => !_async;
            async Task<int> A(bool flag, Task<int> t) { if (flag) await t; else t.GetAwaiter().GetResult(); return flag ? await t : t.Result; }
            Task<int> B(C context, Task<int> t) { if (context.IsSynchronous) t.Wait(); return t; }
            Task<int> D() { if (_async) return Start(); Console.WriteLine(Start().Result); return Task.FromResult(1); }
            Task<int> Start() => Task.Run(() => 1);
        }
        """);

    [Fact]
    public Task Different_tasks_on_both_sides_are_flagged() => Flags(
        """
        class C
        {
            async Task A(bool flag, Task<int> t, Task<int> other) { if (flag) await t; else [|other.Wait()|]; }
            async Task<int> B(Task<int> t, string s) => s.Length > 1 ? await t : [|t.Result|];
        }
        """);

    [Fact]
    public Task Tests_behind_a_name_are_ignored() => Ignores(
        """
        using System.Diagnostics.CodeAnalysis;
        static class Polyfill { public static bool IsCompletedSuccessfully(this Task t) => t.Status == TaskStatus.RanToCompletion; }
        class C
        {
            private readonly TaskCompletionSource<int> _source = new();
            private bool HasValue => _source.Task.IsCompletedSuccessfully;
            private bool IsDone { get { return _source.Task.IsCompleted; } }
            int A() => HasValue ? _source.Task.Result : 0;
            int B() { if (!IsDone) return 0; return _source.Task.Result; }
            int D(Task<int> t) => Polyfill.IsCompletedSuccessfully(t) ? t.Result : 0;
            int E(Task<int> t) { if (!t.IsCompleted) Fail(); return t.Result; }
            [DoesNotReturn] static void Fail() => throw new InvalidOperationException();
            int F(Func<Task<int>> next) { Task<int> t; if ((t = next()) is { IsCompleted: true }) return t.Result; return 0; }
            int G(Task<int> t, ManualResetEventSlim gate)
            {
                var awaiter = t.GetAwaiter();
                awaiter.UnsafeOnCompleted(gate.Set);
                gate.Wait();
                return awaiter.GetResult();
            }
        }
        """);

    [Fact]
    public Task The_second_wait_for_a_task_is_ignored() => Flags(
        """
        class C
        {
            int M(Task<int> t, Task<int>[] all)
            {
                [|t.Wait()|];
                [|Task.WaitAll(all)|];
                return t.Result + all.Sum(a => a.Result);
            }
            int First(Task<int>[] all)
            {
                var i = [|Task.WaitAny(all)|];
                return all[i].Result;
            }
            int Copied(List<Task<int>> all)
            {
                Task[] copy = all.ToArray();
                var i = [|Task.WaitAny(copy)|];
                return all[i].Result;
            }
            int Assigned(Func<Task<int>> next)
            {
                Task<int> t;
                return [|(t = next()).Wait(10)|] ? t.Result : 0;
            }
            int Twice(Task<int> t) => [|t.Result|] + t.Result;
            int Timed(Task<int> t) { [|t.Wait(10)|]; return [|t.Result|]; }
            int InTime(Task<int> t) => [|t.Wait(10)|] ? t.Result : 0;
        }
        """);

    [Fact]
    public Task Facts_flow_into_lambdas_over_variables_that_keep_their_value() => Flags(
        """
        class C
        {
            async Task M(Task<int> a, Task<int> b)
            {
                await a;
                await b;
                Action later = () => Console.WriteLine(a.Result + [|b.Result|]);
                b = Task.Run(() => 2);
                later();
            }
        }
        """);
}
