using Assay.Analyzers.Rules.Async;
using Assay.CodeFixes.Rules.Async;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.Async;

public sealed class TaskOutlivesScopeTests : RuleTests<TaskOutlivesScope, TaskOutlivesScopeFix>
{
    [Fact]
    public Task A_task_that_outlives_its_resource_is_flagged() => Flags(
        """
        class C
        {
            Task<string> Read(string path)
            {
                {|#0:using|} var reader = new StreamReader(path);
                return {|ASSAY1008:reader.ReadToEndAsync()|};
            }
            Task<string> ReadBlock(string path)
            {
                {|#1:using|} (var stream = File.OpenRead(path))
                {
                    var reader = new StreamReader(stream);
                    return {|ASSAY1008:reader.ReadToEndAsync()|};
                }
            }
            Task<string> Fetch(HttpClient client)
            {
                {|#2:using|} var cancellation = new CancellationTokenSource(500);
                return {|ASSAY1008:client.GetStringAsync("rates", cancellation.Token)|};
            }
        }
        """,
        messages:
        [
            "'ReadToEndAsync' is returned while it runs: the using of line 5 disposes what it may need before it has ended; await it inside",
            "'ReadToEndAsync' is returned while it runs: the using of line 10 disposes what it may need before it has ended; await it inside",
            "'GetStringAsync' is returned while it runs: the using of line 18 disposes what it may need before it has ended; await it inside",
        ]);

    [Fact]
    public Task A_lock_and_a_resource_that_the_call_does_not_mention_are_suggestions() => Flags(
        """
        class Holder : IDisposable { public string Take() => ""; public void Dispose() { } }
        class C(HttpClient client, Lock gate)
        {
            Task<string> Traced()
            {
                using var stream = new MemoryStream();
                return [|client.GetStringAsync("rates")|];
            }
            Task Write(string path, SemaphoreSlim permits)
            {
                permits.Wait();
                try { return [|File.WriteAllTextAsync(path, "")|]; }
                finally { permits.Release(); }
            }
            Task<string> Disposed(Holder holder)
            {
                var owner = holder;
                try { return [|client.GetStringAsync(owner.Take())|]; } finally { owner.Dispose(); }
            }
            Task<string> Locked()
            {
                lock (gate) { return [|client.GetStringAsync("rates")|]; }
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Awaited_and_completed_tasks_are_ignored() => Ignores(
        """
        class C(HttpClient client, object gate)
        {
            Task<string>? _cached;
            async Task<string> Read(string path)
            {
                using var reader = new StreamReader(path);
                return await reader.ReadToEndAsync();
            }
            Task<string> ReadNow(string path)
            {
                using var reader = new StreamReader(path);
                return Task.FromResult(reader.ReadToEnd());
            }
            Task<string> Cached()
            {
                lock (gate) { return _cached ??= client.GetStringAsync("rates"); }
            }
            Task<string> Before(string path)
            {
                using (var reader = new StreamReader(path)) { path = reader.ReadToEnd(); }
                return client.GetStringAsync(path);
            }
            Task<string> Caught(string path)
            {
                try { return client.GetStringAsync(path); } catch (UriFormatException) { throw; } finally { Console.WriteLine(path); }
            }
            Task<string> HandedOver(string path)
            {
                var reader = new StreamReader(path);
                var isOwned = true;
                try { isOwned = false; return Finish(reader); } finally { if (isOwned) reader.Dispose(); }
            }
            async Task<string> Finish(StreamReader reader) { using (reader) return await reader.ReadToEndAsync(); }
            string NotATask(string path)
            {
                using var reader = new StreamReader(path);
                return reader.ReadToEnd();
            }
            Func<Task<string>> Lambda(string path)
            {
                using var reader = new StreamReader(path);
                return () => client.GetStringAsync(path);
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { Task M() { using var a = new Unknown(); return a.; } Task N() { using (var b = new MemoryStream()) { return b.Unknown(; } } }", allowErrors: true);

    [Fact]
    public Task The_function_awaits() => Fixes(
        """
        class C
        {
            Task<string> Read(string path)
            {
                if (path == "")
                    return Task.FromResult("");
                using var reader = new StreamReader(path);
                return [|reader.ReadToEndAsync()|];
            }
        }
        """,
        """
        class C
        {
            async Task<string> Read(string path)
            {
                if (path == "")
                    return "";
                using var reader = new StreamReader(path);
                return await reader.ReadToEndAsync();
            }
        }
        """,
        title: "Await the task inside the scope");

    [Fact]
    public Task A_resource_in_work_that_is_left_alone_is_flagged() => Flags(
        """
        class C
        {
            void Send(string path)
            {
                using var reader = new StreamReader(path);
                Task.Run(() => Console.WriteLine([|reader|].ReadToEnd()));
            }
            void Later()
            {
                using (var stop = new CancellationTokenSource())
                {
                    _ = Task.Run(async () => await Task.Delay(100, [|stop|].Token));
                    ThreadPool.QueueUserWorkItem(_ => Console.WriteLine([|stop|].Token.CanBeCanceled));
                }
            }
        }
        """,
        messages:
        [
            "'Run' is started here and left alone with 'reader': the using of line 5 disposes it before it has ended; await it inside",
            "'Run' is started here and left alone with 'stop': the using of line 10 disposes it before it has ended; await it inside",
            "'QueueUserWorkItem' is started here and left alone with 'stop': the using of line 10 disposes it before it has ended; await it inside",
        ]);

    [Fact]
    public Task A_resource_that_the_scope_keeps_until_the_work_ends_is_ignored() => Ignores(
        """
        class C
        {
            async Task Awaited(string path)
            {
                using var reader = new StreamReader(path);
                await Task.Run(() => reader.ReadToEnd());
                var work = Task.Run(() => reader.ReadToEnd());
                await work;
            }
            void Signalled()
            {
                using var done = new ManualResetEventSlim();
                Task.Run(() => done.Set());
                done.Wait();
            }
            void Own(string path)
            {
                using var other = new StreamReader(path);
                Task.Run(() => { using var own = new StreamReader(path); Console.WriteLine(own.ReadToEnd()); });
                Task.Run(() => Console.WriteLine(nameof(other)));
            }
        }
        """);

    [Fact]
    public Task Work_that_is_left_alone_has_no_fix() => Fixes(
        """
        class C
        {
            void Send(string path)
            {
                using var reader = new StreamReader(path);
                Task.Run(() => Console.WriteLine([|reader|].ReadToEnd()));
            }
        }
        """,
        """
        class C
        {
            void Send(string path)
            {
                using var reader = new StreamReader(path);
                Task.Run(() => Console.WriteLine([|reader|].ReadToEnd()));
            }
        }
        """);
}
