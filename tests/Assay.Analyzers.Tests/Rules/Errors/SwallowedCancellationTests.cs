using Assay.Analyzers.Rules.Errors;
using Assay.CodeFixes.Rules.Errors;
using Assay.TestKit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Analyzers.Tests.Rules.Errors;

public sealed class SwallowedCancellationTests : RuleTests<SwallowedCancellation, SwallowedCancellationFix>
{
    [Fact]
    public Task A_wide_catch_around_a_call_with_the_token_is_flagged() => Flags(
        """
        using Microsoft.Extensions.Logging;
        class Quotes(ILogger<Quotes> log)
        {
            async Task<int> Load(CancellationToken token)
            {
                try { return await Fetch({|#0:token|}); }
                [|catch (Exception ex)|]
                {
                    log.LogError(ex, "failed");
                    return 0;
                }
            }
            Task<int> Fetch(CancellationToken token) => Task.FromResult(1);
        }
        """,
        messages: ["'catch (Exception ex)' also catches OperationCanceledException: when 'token' is cancelled, 'Load' returns '0' instead of stopping"]);

    [Fact]
    public Task Every_way_to_observe_a_token_is_flagged() => Flags(
        """
        class Quotes
        {
            readonly CancellationTokenSource _stop = new();
            async Task A(CancellationToken token) { try { await Work(token); } [|catch|] { } }
            void B(CancellationToken token) { try { token.ThrowIfCancellationRequested(); } [|catch (Exception)|] { Console.WriteLine("x"); } }
            void C(CancellationToken token) { try { Work(token).Wait(token); } [|catch (SystemException ex)|] { Console.WriteLine(ex); } }
            async Task D() { try { await Work(_stop.Token); } [|catch (Exception ex)|] { Console.WriteLine(ex); } }
            async Task E(CancellationToken token)
            {
                using var source = CancellationTokenSource.CreateLinkedTokenSource(token);
                try { await Work(source.Token); }
                [|catch (Exception ex)|] { Console.WriteLine(ex); }
            }
            async Task F(IAsyncEnumerable<int> numbers, CancellationToken token)
            {
                try { await foreach (var number in numbers.WithCancellation(token)) Console.WriteLine(number); }
                [|catch (Exception ex)|] { Console.WriteLine(ex); }
            }
            Func<CancellationToken, Task> G() => async token =>
            {
                try { await Work(token); }
                [|catch (Exception ex)|] { Console.WriteLine(ex); }
            };
            Task Work(CancellationToken token) => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task The_message_says_what_happens_instead_and_is_flagged() => Flags(
        """
        class Quotes
        {
            async Task Run(CancellationToken stop)
            {
                try { await Work(stop); }
                [|catch (Exception ex)|] { Console.WriteLine(ex); }
                while (true)
                {
                    try { await Work(stop); }
                    [|catch (Exception ex)|] { Console.WriteLine(ex); }
                }
            }
            async Task Once(CancellationToken stop)
            {
                try { await Work(stop); }
                [|catch (Exception)|] { return; }
            }
            Task Work(CancellationToken token) => Task.CompletedTask;
        }
        """,
        messages:
        [
            "'catch (Exception ex)' also catches OperationCanceledException: when 'stop' is cancelled, 'Run' goes on instead of stopping",
            "'catch (Exception ex)' also catches OperationCanceledException: when 'stop' is cancelled, the loop takes its next turn instead of stopping",
            "'catch (Exception)' also catches OperationCanceledException: when 'stop' is cancelled, 'Once' ends as if it had finished instead of stopping",
        ]);

    [Fact]
    public Task Filters_and_earlier_clauses_that_leave_cancellations_in_are_flagged() => Flags(
        """
        class Quotes
        {
            async Task Run(int attempt, CancellationToken token)
            {
                try { await Work(token); }
                [|catch (Exception)|] when (attempt < 3) { }
                try { await Work(token); }
                [|catch (Exception ex)|] when (ex is not ArgumentException) { Console.WriteLine(ex); }
                try { await Work(token); }
                catch (TaskCanceledException) { throw; }
                [|catch (Exception ex)|] { Console.WriteLine(ex); }
                try { await Work(token); }
                catch (IOException) { throw; }
                [|catch (Exception ex)|] { Console.WriteLine(ex); }
            }
            Task Work(CancellationToken token) => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task A_path_on_which_it_does_not_get_out_is_flagged() => Flags(
        """
        class Quotes
        {
            async Task Run(CancellationToken token)
            {
                for (var attempt = 0; ; attempt++)
                {
                    try { await Work(token); return; }
                    [|catch (Exception ex)|]
                    {
                        if (attempt == 3)
                            throw;
                        Console.WriteLine(ex);
                    }
                }
            }
            async Task Pick(CancellationToken token)
            {
                try { await Work(token); }
                [|catch (Exception ex)|]
                {
                    if (ex is IOException)
                        throw;
                }
            }
            Task Work(CancellationToken token) => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task An_await_without_a_token_a_caller_s_choice_and_a_wrapped_cancellation_are_flagged_as_suggestions() => Flags(
        """
        class Quotes
        {
            async Task A() { try { await Task.Delay(1); } [|catch (Exception ex)|] { Console.WriteLine(ex); } }
            async Task B(CancellationToken token) { try { await Task.Delay(1); } [|catch (Exception ex)|] { Console.WriteLine(ex); } }
            async Task C(bool rethrow, CancellationToken token) { try { await Work(token); } [|catch (Exception)|] { if (rethrow) throw; } }
            async Task D(CancellationToken token) { try { await Work(token); } [|catch (Exception ex)|] { throw new InvalidOperationException("no quotes", ex); } }
            async Task<string> E(CancellationToken token) { try { await Work(token); return ""; } [|catch (Exception ex)|] { return ex.Message; } }
            Task Work(CancellationToken token) => Task.CompletedTask;
        }
        """,
        messages:
        [
            "'catch (Exception ex)' also catches OperationCanceledException: when an awaited operation is cancelled, 'A' goes on instead of stopping",
            "'catch (Exception ex)' also catches OperationCanceledException: when 'token' is cancelled, 'B' goes on instead of stopping",
            "'catch (Exception)' also catches OperationCanceledException: when 'token' is cancelled, 'C' goes on instead of stopping",
            "'catch (Exception ex)' also catches OperationCanceledException: when 'token' is cancelled, 'D' throws InvalidOperationException instead of stopping",
            "'catch (Exception ex)' also catches OperationCanceledException: when 'token' is cancelled, 'E' reports a failure instead of stopping",
        ],
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task The_place_the_token_comes_in_is_the_other_location_and_is_flagged() => Flags(
        """
        class Quotes
        {
            async Task A(CancellationToken token)
            {
                try { await Work({|#0:token|}); }
                [|catch (Exception ex)|] { Console.WriteLine(ex); }
            }
            Task Work(CancellationToken token) => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task A_cancellation_that_is_filtered_or_caught_before_is_ignored() => Ignores(
        """
        class Quotes
        {
            async Task Run(CancellationToken token)
            {
                try { await Work(token); } catch (Exception ex) when (ex is not OperationCanceledException) { Console.WriteLine(ex); }
                try { await Work(token); } catch (Exception ex) when (!(ex is OperationCanceledException)) { Console.WriteLine(ex); }
                try { await Work(token); } catch (Exception ex) when (!token.IsCancellationRequested) { Console.WriteLine(ex); }
                try { await Work(token); } catch (Exception ex) when (ex is IOException or TimeoutException) { Console.WriteLine(ex); }
                try { await Work(token); } catch (Exception ex) when (IsTransient(ex)) { Console.WriteLine(ex); }
                try { await Work(token); } catch (OperationCanceledException) { throw; } catch (Exception ex) { Console.WriteLine(ex); }
                try { await Work(token); } catch (OperationCanceledException) { return; } catch (Exception ex) { Console.WriteLine(ex); }
                try { await Work(token); } catch (OperationCanceledException) when (token.IsCancellationRequested) { throw; } catch (Exception ex) { Console.WriteLine(ex); }
                try { await Work(token); } catch (Exception ex) when (ex is OperationCanceledException) { throw; } catch (Exception ex) { Console.WriteLine(ex); }
                try { await Work(token); } catch (IOException ex) { Console.WriteLine(ex); }
            }
            static bool IsTransient(Exception e) => e is IOException;
            Task Work(CancellationToken token) => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task A_handler_that_lets_it_out_is_ignored() => Ignores(
        """
        class Quotes
        {
            Exception? _last;
            async Task Run(TaskCompletionSource done, CancellationToken token)
            {
                try { await Work(token); } catch { throw; }
                try { await Work(token); } catch (Exception ex) { Console.WriteLine(ex); throw; }
                try { await Work(token); } catch (Exception ex) { if (ex is OperationCanceledException) throw; Console.WriteLine(ex); }
                try { await Work(token); } catch (Exception ex) { token.ThrowIfCancellationRequested(); Console.WriteLine(ex); }
                try { await Work(token); } catch (Exception ex) { if (token.IsCancellationRequested) return; Console.WriteLine(ex); }
                try { await Work(token); } catch (Exception ex) { Console.WriteLine(ex); await Task.Delay(1000, token); }
                try { await Work(token); } catch (Exception ex) { done.SetException(ex); }
                try { await Work(token); } catch (Exception ex) { _last = ex; }
                try { await Work(token); } catch (Exception ex) { if (ex is IOException) { Console.WriteLine(ex); return; } throw; }
                try { await Work(token); } catch (Exception ex) { switch (ex) { case IOException: return; default: throw; } }
            }
            Task Faulted(CancellationToken token) { try { return Work(token); } catch (Exception ex) { return Task.FromException(ex); } }
            Task Work(CancellationToken token) => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task A_try_that_cannot_observe_a_cancellation_is_ignored() => Ignores(
        """
        class Quotes
        {
            async Task Run(CancellationToken token)
            {
                try { Work(); } catch (Exception ex) { Console.WriteLine(ex); }
                try { if (token.IsCancellationRequested) Work(); } catch (Exception ex) { Console.WriteLine(ex); }
                try { await Task.Yield(); Work(); } catch (Exception ex) { Console.WriteLine(ex); }
                try { _ = new List<Func<Task>> { async () => await Wait(default) }; } catch (Exception ex) { Console.WriteLine(ex); }
            }
            void Work() { }
            Task Wait(CancellationToken token) => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task A_token_asked_behind_the_try_and_a_task_nobody_awaits_are_ignored() => Ignores(
        """
        class Quotes
        {
            async Task<int> Run(CancellationToken token)
            {
                try { await Work(token); }
                catch (Exception ex) { Console.WriteLine(ex); }
                token.ThrowIfCancellationRequested();
                return 1;
            }
            void Begin(CancellationToken token)
            {
                try { Work(token); _ = Work(token); Work(token).ContinueWith(_ => { }); }
                catch (Exception ex) { Console.WriteLine(ex); }
            }
            Task Pass(CancellationToken token)
            {
                try { return Work(token); }
                catch (Exception ex) { Console.WriteLine(ex); return Task.CompletedTask; }
            }
            Task Work(CancellationToken token) => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task A_timeout_of_its_own_is_a_failure_and_ignored() => Ignores(
        """
        class Quotes
        {
            async Task<bool> Probe()
            {
                using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2));
                try { await Work(timeout.Token); return true; }
                catch (Exception ex) { Console.WriteLine(ex); return false; }
            }
            Task Work(CancellationToken token) => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task Where_the_cancellation_has_arrived_it_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Hosting;
        class Worker : BackgroundService, IAsyncDisposable
        {
            readonly CancellationTokenSource _stop = new();
            Task _loop = Task.CompletedTask;
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                try
                {
                    while (!stoppingToken.IsCancellationRequested)
                    {
                        try { await Work(stoppingToken); }
                        catch (Exception ex) { Console.WriteLine(ex); }
                    }
                }
                catch (Exception ex) { Console.WriteLine(ex); }
            }
            public override async Task StopAsync(CancellationToken cancellationToken)
            {
                try { await base.StopAsync(cancellationToken); } catch (Exception ex) { Console.WriteLine(ex); }
            }
            public async ValueTask DisposeAsync()
            {
                try { await _loop.WaitAsync(_stop.Token); } catch (Exception) { }
            }
            async Task Close()
            {
                _stop.Cancel();
                try { await _loop.WaitAsync(_stop.Token); } catch (Exception) { }
            }
            void Begin() => _loop = Task.Run(async () =>
            {
                try { await Work(_stop.Token); } catch (Exception ex) { Console.WriteLine(ex); }
            });
            async void OnClick(object sender, EventArgs e)
            {
                try { await Work(_stop.Token); } catch (Exception ex) { Console.WriteLine(ex); }
            }
            async Task Batch(int[] numbers, CancellationToken token)
            {
                foreach (var number in numbers)
                {
                    token.ThrowIfCancellationRequested();
                    try { await Work(token); } catch (Exception ex) { Console.WriteLine(ex); }
                }
            }
            Task Work(CancellationToken token) => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task A_cancellation_that_an_inner_handler_takes_or_that_is_only_told_of_is_ignored() => Ignores(
        """
        class Feed(Action<Exception> log)
        {
            Func<string, Task<byte[]>>? _load;
            async Task Pump(CancellationToken token)
            {
                try
                {
                    while (true)
                    {
                        try { await Work(token); }
                        catch (TaskCanceledException ex)
                        {
                            if (ex.CancellationToken == token)
                                break;
                            throw;
                        }
                    }
                }
                catch (Exception ex) { Console.WriteLine(ex); }
            }
            async Task Quietly(CancellationToken token)
            {
                try { await Work(token); }
                catch (TaskCanceledException) { }
                catch (Exception ex) { Console.WriteLine(ex); }
            }
            async Task<bool> Asked(CancellationToken token)
            {
                try { return await Work(token); }
                catch (Exception ex) when (IsCancellation(ex, token)) { throw; }
                catch (Exception ex) { Console.WriteLine(ex); return false; }
            }
            void Tell(IListener listener, CancellationToken token)
            {
                try { listener.OnCanceled(token); }
                catch (Exception ex) { Console.WriteLine(ex); }
            }
            void Prepare(CancellationToken token)
            {
                try { _load = async uri => { await Work(token); return []; }; }
                catch (Exception ex) { Console.WriteLine(ex); }
            }
            async Task<bool> Limited(int limit)
            {
                var source = limit == 0 ? null : new CancellationTokenSource(limit);
                try { return await Work(source?.Token ?? default); }
                catch (Exception ex) { Console.WriteLine(ex); return false; }
                finally { source?.Dispose(); }
            }
            bool IsCancellation(Exception ex, CancellationToken token) => ex is OperationCanceledException;
            Task<bool> Work(CancellationToken token) => Task.FromResult(true);
        }
        interface IListener { void OnCanceled(CancellationToken token); }
        """);

    [Fact]
    public Task A_pause_that_a_cancellation_ends_is_a_suggestion_and_is_flagged() => Flags(
        """
        class Feed
        {
            async Task Pause(TimeSpan delay, CancellationToken token)
            {
                try { await Task.Delay(delay, token).ConfigureAwait(false); }
                [|catch|] { }
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Handlers_and_lambdas_that_let_the_cancellation_through_are_flagged() => Flags(
        """
        class Feed
        {
            async Task Rethrown(CancellationToken token)
            {
                try
                {
                    try { await Work(token); }
                    catch (OperationCanceledException) { Console.WriteLine("stopping"); throw; }
                }
                [|catch (Exception ex)|] { Console.WriteLine(ex); }
            }
            async Task OneKindOnly(CancellationToken token)
            {
                try { await Work(token); }
                catch (TaskCanceledException) { throw; }
                [|catch (Exception ex)|] { Console.WriteLine(ex); }
            }
            async Task PauseInLoop(CancellationToken token)
            {
                while (true)
                {
                    try { await Task.Delay(1000, token); }
                    [|catch|] { }
                    Console.WriteLine("tick");
                }
            }
            async Task Handed(CancellationToken token)
            {
                try { await Run(async () => await Work(token)); }
                [|catch (Exception ex)|] { Console.WriteLine(ex); }
            }
            Task Run(Func<Task> work) => work();
            Task Work(CancellationToken token) => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task The_entry_point_is_ignored() => Ignores(
        """
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, _) => stop.Cancel();
        try { await Task.Delay(-1, stop.Token); }
        catch (Exception ex) { Console.WriteLine(ex); }
        """);

    [Fact]
    public Task Test_code_is_ignored() => Ignores(
        """
        namespace Xunit { class FactAttribute : Attribute { } }
        class QuoteTests
        {
            [Xunit.Fact] async Task Works() { try { await Task.Delay(1, new CancellationToken(true)); } catch (Exception ex) { Console.WriteLine(ex); } }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { async Task M(CancellationToken token) { try { await Work(token) } catch (Exception ex) when ( { throw } } }", allowErrors: true);

    [Fact]
    public Task A_wide_catch_becomes_one_that_lets_cancellations_pass() => Fixes(
        """
        class Quotes
        {
            async Task Run(int attempt, CancellationToken token)
            {
                try { await Work(token); }
                [|catch (Exception ex)|] // keep going
                {
                    Console.WriteLine(ex);
                }
                try { await Work(token); }
                [|catch|] { }
                try { await Work(token); }
                [|catch (Exception)|]
                {
                }
                try { await Work(token); }
                [|catch (Exception problem)|] when (attempt < 3 || attempt > 9)
                {
                }
                try { await Work(token); }
                [|catch (Exception)|] when (attempt < 3) { }
            }
            Task Work(CancellationToken token) => Task.CompletedTask;
        }
        """,
        """
        class Quotes
        {
            async Task Run(int attempt, CancellationToken token)
            {
                try { await Work(token); }
                catch (Exception ex) when (ex is not OperationCanceledException) // keep going
                {
                    Console.WriteLine(ex);
                }
                try { await Work(token); }
                catch (Exception exception) when (exception is not OperationCanceledException) { }
                try { await Work(token); }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                }
                try { await Work(token); }
                catch (Exception problem) when ((attempt < 3 || attempt > 9) && problem is not OperationCanceledException)
                {
                }
                try { await Work(token); }
                catch (Exception failure) when (attempt < 3 && failure is not OperationCanceledException) { }
            }
            Task Work(CancellationToken token) => Task.CompletedTask;
        }
        """,
        title: "Let cancellations pass with 'when (… is not OperationCanceledException)'");

    [Fact]
    public Task Before_pattern_matching_it_becomes_a_negated_type_test() => Fixes(
        """
        using System;
        using System.Threading;
        using System.Threading.Tasks;
        class Quotes
        {
            async Task Run(CancellationToken token)
            {
                try { await Task.Delay(1, token); }
                [|catch (Exception ex)|] { Console.WriteLine(ex); }
            }
        }
        """,
        """
        using System;
        using System.Threading;
        using System.Threading.Tasks;
        class Quotes
        {
            async Task Run(CancellationToken token)
            {
                try { await Task.Delay(1, token); }
                catch (Exception ex) when (!(ex is OperationCanceledException)) { Console.WriteLine(ex); }
            }
        }
        """,
        languageVersion: LanguageVersion.CSharp7_3);

    [Fact]
    public Task Without_the_import_it_becomes_a_filter_with_the_import() => Fixes(
        """
        using System.Threading;
        using System.Threading.Tasks;
        class Quotes
        {
            async Task Run(CancellationToken token)
            {
                try { await Task.Delay(1, token); }
                [|catch|] { }
            }
        }
        """,
        """
        using System;
        using System.Threading;
        using System.Threading.Tasks;
        class Quotes
        {
            async Task Run(CancellationToken token)
            {
                try { await Task.Delay(1, token); }
                catch (Exception ex) when (!(ex is OperationCanceledException)) { }
            }
        }
        """,
        languageVersion: LanguageVersion.CSharp8);
}
