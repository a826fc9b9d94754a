using Assay.Analyzers.Rules.Async;
using Assay.CodeFixes.Rules.Async;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Async;

public sealed class NestedTaskIgnoredTests : RuleTests<NestedTaskIgnored, NestedTaskIgnoredFix>
{
    [Fact]
    public Task An_inner_task_that_nobody_takes_is_flagged() => Flags(
        """
        class C
        {
            Task? _work;
            async Task M(Task first)
            {
                [|Task.Factory.StartNew(async () => await Task.Delay(5))|];
                await [|Task.Factory.StartNew(() => Work(), TaskCreationOptions.LongRunning)|];
                _work = [|Task.Factory.StartNew(Work)|];
                await [|first.ContinueWith(async t => await Work())|].ConfigureAwait(false);
                var work = [|Task.Factory.StartNew(Work)|];
                await work;
                await Task.WhenAll([|Task.Factory.StartNew(Work)|], first);
                _ = [|Task.Factory.StartNew(Work)|];
            }
            Task Started() => [|Task.Factory.StartNew(Work)|];
            async Task Work() => await Task.Delay(5);
        }
        """,
        messages:
        [
            Message("StartNew", "nothing takes it"),
            Message("StartNew", "one await only waits until the work has begun"),
            Message("StartNew", "as a plain task only its beginning can be awaited"),
            Message("ContinueWith", "one await only waits until the work has begun"),
            Message("StartNew", "waiting for 'work' once only waits until the work has begun"),
            Message("StartNew", "as a plain task only its beginning can be awaited"),
            Message("StartNew", "nothing takes it"),
            Message("StartNew", "as a plain task only its beginning can be awaited"),
        ]);

    [Fact]
    public Task Inner_tasks_that_are_taken_are_ignored() => Ignores(
        """
        class C
        {
            Task? _work;
            async Task M(Task first, Task second)
            {
                await Task.Factory.StartNew(async () => await Task.Delay(5)).Unwrap();
                await await Task.Factory.StartNew(Work);
                var inner = await Task.Factory.StartNew(Work);
                await inner;
                _work = Task.Factory.StartNew(Work).Unwrap();
                await Task.Run(async () => await Task.Delay(5));
                await Task.Factory.StartNew(() => 3);
                await Task.WhenAny(first, second);
                var outer = Task.Factory.StartNew(Work);
                await outer.Unwrap();
                var other = Task.Factory.StartNew(Work);
                await await other;
                Take(Task.Factory.StartNew(Work));
                await first.ContinueWith(t => t, TaskContinuationOptions.ExecuteSynchronously);
                _ = first.ContinueWith(async t => await Work());
            }
            void Take(Task<Task> nested) => nested.Unwrap();
            async Task Work() => await Task.Delay(5);
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { async Task M() { await Task.Factory.StartNew(Unknown); await Task.Factory.StartNew( } }", allowErrors: true);

    [Fact]
    public Task The_work_is_run_or_unwrapped() => Fixes(
        """
        class C
        {
            async Task M(Task first, CancellationToken token)
            {
                await [|Task.Factory.StartNew(async () => await Task.Delay(5, token), token)|];
                await [|Task.Factory.StartNew(Work, TaskCreationOptions.LongRunning)|];
                await [|first.ContinueWith(t => Work())|];
            }
            Task Started() => [|Task.Factory.StartNew(Work)|];
            async Task Work() => await Task.Delay(5);
        }
        """,
        """
        class C
        {
            async Task M(Task first, CancellationToken token)
            {
                await Task.Run(async () => await Task.Delay(5, token), token);
                await Task.Factory.StartNew(Work, TaskCreationOptions.LongRunning).Unwrap();
                await first.ContinueWith(t => Work()).Unwrap();
            }
            Task Started() => Task.Run(Work);
            async Task Work() => await Task.Delay(5);
        }
        """);

    private static string Message(string method, string fate) =>
        $"'{method}' gives a task that holds the task of the work, and {fate}: the work goes on unobserved after its first await, and its exceptions are lost";

    [Fact]
    public Task A_nested_task_from_elsewhere_that_is_awaited_once_is_flagged() => Flags(
        """
        class C
        {
            Task<Task> StartAsync() => throw new NotSupportedException();
            async Task M(Task<Task<int>> given, Task[] many)
            {
                await [|given|];
                await [|StartAsync().ConfigureAwait(false)|];
                await await given;
                var inner = await StartAsync();
                await inner;
                await Task.WhenAny(many);
                var first = Task.WhenAny(many);
                await first;
                await WaitForAnyAsync();
                await first.Kept();
                await Task.FromResult(Task.CompletedTask);
            }
            Task<Task> WaitForAnyAsync() => throw new NotSupportedException();
        }
        static class Tasks { public static Task<Task> Kept(this Task<Task> task) => task; }
        """,
        messages:
        [
            Message("given", "one await only waits until the work has begun"),
            Message("StartAsync", "one await only waits until the work has begun"),
        ]);

    [Fact]
    public Task A_nested_task_from_elsewhere_is_unwrapped() => Fixes(
        """
        class C
        {
            async Task M(Task<Task<int>> given, Func<Task<Task>> start)
            {
                await [|given|];
                await [|start()|];
            }
        }

        """,
        """
        class C
        {
            async Task M(Task<Task<int>> given, Func<Task<Task>> start)
            {
                await given.Unwrap();
                await start().Unwrap();
            }
        }

        """);
}
