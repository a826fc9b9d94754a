using Assay.Analyzers.Rules.Errors;
using Assay.CodeFixes.Rules.Errors;
using Assay.TestKit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Analyzers.Tests.Rules.Errors;

public sealed class SwallowedExceptionTests : RuleTests<SwallowedException, SwallowedExceptionFix>
{
    [Fact]
    public Task Empty_and_comment_only_handlers_are_flagged() => Flags(
        """
        class Stock
        {
            void Reserve(string sku)
            {
                try { Work(sku); }
                [|catch|] { }
                try { Work(sku); }
                [|catch (Exception)|] { /* cannot happen */ }
                try { Work(sku); }
                [|catch (SystemException ex)|]
                {
                    // ignore
                }
            }
            void Work(string sku) { }
        }
        """,
        messages:
        [
            "'catch' swallows every exception: 'Reserve' goes on as if nothing had failed",
            "'catch (Exception)' swallows every exception: 'Reserve' goes on as if nothing had failed",
            "'catch (SystemException ex)' swallows every exception: 'Reserve' goes on as if nothing had failed",
        ]);

    [Fact]
    public Task Returning_an_empty_answer_is_flagged() => Flags(
        """
        class Orders
        {
            object? A() { try { return Load(); } [|catch|] { return null; } }
            bool B() { try { Load(); return true; } [|catch (Exception)|] { return false; } }
            int C() { try { return Load().GetHashCode(); } [|catch (Exception ex)|] { return default; } }
            List<int> D() { try { return [1]; } [|catch|] { return []; } }
            List<int> E() { try { return [Load().GetHashCode()]; } [|catch|] { return new List<int>(); } }
            IEnumerable<int> F() { try { return [Load().GetHashCode()]; } [|catch|] { return Enumerable.Empty<int>(); } }
            int[] G() { try { return [Load().GetHashCode()]; } [|catch|] { return new int[0]; } }
            string H() { try { return Load().ToString()!; } [|catch|] { return string.Empty; } }
            string I() { try { return Load().ToString()!; } [|catch|] { return ""; } }
            Task<bool> J() { try { Load(); return Task.FromResult(true); } [|catch|] { return Task.FromResult(false); } }
            decimal K() { try { return Load().GetHashCode(); } [|catch|] { return 0m; } }
            (bool, object?) L() { try { return (true, Load()); } [|catch|] { return (false, null); } }
            void M() { try { Load(); } [|catch|] { return; } Load(); }
            int[] N() { try { return [Load().GetHashCode()]; } [|catch|] { return Array.Empty<int>(); } }
            Task O() { try { Load(); return Task.Delay(1); } [|catch|] { return Task.CompletedTask; } }
            bool P() { try { Load(); return true; } [|catch|] { return true; } }
            int Q { get { try { return Load().GetHashCode(); } [|catch|] { return 0; } } }
            object Load() => new();
        }
        """);

    [Fact]
    public Task The_message_names_the_answer_and_the_function() => Flags(
        """
        class Orders
        {
            object? Find() { try { return Load(); } [|catch (Exception)|] { return null; } }
            int Count { get { try { return Load().GetHashCode(); } [|catch|] { return 0; } } }
            Func<bool> Probe() => () => { try { Load(); return true; } [|catch|] { return false; } };
            object Load() => new();
        }
        """,
        messages:
        [
            "'catch (Exception)' swallows every exception: the caller of 'Find' gets 'null' and never learns that something failed",
            "'catch' swallows every exception: the caller of 'Count' gets '0' and never learns that something failed",
            "'catch' swallows every exception: the caller of the lambda gets 'false' and never learns that something failed",
        ]);

    [Fact]
    public Task Continue_and_break_are_flagged() => Flags(
        """
        class Poller
        {
            void Run(Action work)
            {
                while (true)
                {
                    try { work(); }
                    [|catch|] { continue; }
                }
            }
            void Once(Action work)
            {
                for (; ; )
                {
                    try { work(); }
                    [|catch|] { break; }
                }
            }
        }
        """,
        messages:
        [
            "'catch' swallows every exception: the loop goes on and the failed turn leaves no trace",
            "'catch' swallows every exception: the loop ends and nobody learns why",
        ]);

    [Fact]
    public Task A_log_line_without_the_exception_is_flagged() => Flags(
        """
        using Microsoft.Extensions.Logging;
        partial class Checkout(ILogger<Checkout> log)
        {
            void A(int id)
            {
                try { Work(); }
                [|catch (Exception ex)|] { log.LogError("Checkout {Id} failed", id); }
                try { Work(); }
                [|catch|] { Console.Error.WriteLine("failed"); }
                try { Work(); }
                [|catch (Exception)|] { Console.WriteLine($"order {id} failed"); return; }
                try { Work(); }
                [|catch (Exception)|] { Failed(id); }
                try { Work(); }
                [|catch (Exception)|] { System.Diagnostics.Trace.TraceError("failed"); }
            }
            [LoggerMessage(LogLevel.Error, "Checkout {Id} failed")]
            partial void Failed(int id);
            partial void Failed(int id) { }
            void Work() { }
        }
        """,
        messages:
        [
            "'catch (Exception ex)' swallows every exception: 'LogError' is not given the exception, so its type, message and stack trace are lost",
            "'catch' swallows every exception: 'WriteLine' is not given the exception, so its type, message and stack trace are lost",
            "'catch (Exception)' swallows every exception: 'WriteLine' is not given the exception, so its type, message and stack trace are lost",
            "'catch (Exception)' swallows every exception: 'Failed' is not given the exception, so its type, message and stack trace are lost",
            "'catch (Exception)' swallows every exception: 'TraceError' is not given the exception, so its type, message and stack trace are lost",
        ]);

    [Fact]
    public Task Emptied_variables_tidying_up_waiting_and_discards_are_flagged() => Flags(
        """
        class Session
        {
            object? _current;
            bool TryOpen(Stream stream, out object? opened)
            {
                try { opened = Work(); return true; }
                [|catch|] { opened = null; return false; }
            }
            async Task Open(Stream stream)
            {
                object? found;
                try { found = Work(); }
                [|catch|] { found = null; }
                try { _current = Work(); }
                [|catch (Exception ex)|] { _ = ex; stream?.Dispose(); }
                try { Work(); }
                [|catch (Exception)|] { await Task.Delay(100).ConfigureAwait(false); }
            }
            object Work() => new();
        }
        """);

    [Fact]
    public Task What_a_type_test_leaves_over_is_flagged() => Flags(
        """
        class Import
        {
            int A()
            {
                try { return Work(); }
                [|catch (Exception ex)|]
                {
                    if (ex is IOException) throw;
                    return 0;
                }
            }
            int B()
            {
                try { return Work(); }
                [|catch (Exception ex)|]
                {
                    switch (ex)
                    {
                        case IOException io: Console.WriteLine(io); break;
                        default: return 0;
                    }
                    throw;
                }
            }
            void C() { try { Work(); } [|catch (Exception ex)|] when (ex is not OperationCanceledException) { } }
            void D() { try { Work(); } [|catch (Exception ex)|] when (!(ex is OutOfMemoryException) && ex is not (OperationCanceledException or StackOverflowException)) { } }
            int Work() => 1;
        }
        """);

    [Fact]
    public Task Silence_on_a_path_that_has_nothing_to_do_with_the_exception_is_a_suggestion() => Flags(
        """
        class Import
        {
            bool _verbose;
            void A()
            {
                try { Work(); }
                [|catch (Exception ex)|]
                {
                    if (_verbose)
                        Console.WriteLine(ex);
                }
            }
            void B()
            {
                try { Work(); }
                [|catch (Exception ex)|]
                {
                    if (!_verbose)
                        return;
                    Console.WriteLine(ex);
                }
            }
            void C()
            {
                try { Work(); }
                [|catch (Exception ex)|] { System.Diagnostics.Debug.WriteLine(ex); }
                try { Work(); }
                [|catch (Exception)|] { System.Diagnostics.Debug.Assert(false); }
            }
            void Work() { }
        }
        """,
        messages:
        [
            "'catch (Exception ex)' swallows every exception: on the path that reaches the handler's end it is neither logged, counted nor rethrown",
            "'catch (Exception ex)' swallows every exception: on the path that leaves at line 19 it is neither logged, counted nor rethrown",
            "'catch (Exception ex)' swallows every exception: 'Debug.WriteLine' does nothing in a release build",
            "'catch (Exception)' swallows every exception: 'Debug.Assert' does nothing in a release build",
        ],
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_condition_that_settles_nothing_does_not_excuse_and_is_flagged() => Flags(
        """
        class Import
        {
            bool _verbose;
            int A()
            {
                try { return Work(); }
                [|catch (Exception)|]
                {
                    if (_verbose)
                        return 0;
                    return default;
                }
            }
            int Work() => 1;
        }
        """);

    [Fact]
    public Task Best_effort_while_tidying_up_is_flagged_as_a_suggestion() => Flags(
        """
        class Session : IDisposable, IAsyncDisposable
        {
            readonly Stream _stream = new MemoryStream();
            public void Dispose()
            {
                try { _stream.Flush(); }
                [|catch|] { }
            }
            public async ValueTask DisposeAsync()
            {
                try { await _stream.FlushAsync(); }
                [|catch (Exception)|] { }
            }
            ~Session()
            {
                try { _stream.Flush(); }
                [|catch|] { }
            }
            async Task Stop(Task loop)
            {
                try { await loop.ConfigureAwait(false); }
                [|catch|] { }
            }
            public void Close()
            {
                try { _stream.Flush(); }
                [|catch|] { }
            }
            void Swap(string temporary)
            {
                try { File.Delete(temporary); }
                [|catch|] { }
                try { _stream.Flush(); }
                catch (IOException)
                {
                    try { _stream.Flush(); } [|catch|] { }
                    throw;
                }
                finally
                {
                    try { _stream.Flush(); } [|catch|] { }
                }
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Rethrown_wrapped_or_ending_the_process_is_ignored() => Ignores(
        """
        using System.Diagnostics.CodeAnalysis;
        using System.Runtime.ExceptionServices;
        class C
        {
            void M(int attempt)
            {
                try { Work(); } catch { throw; }
                try { Work(); } catch (Exception ex) { throw new InvalidOperationException("no", ex); }
                try { Work(); } catch (Exception) { throw new InvalidOperationException("no"); }
                try { Work(); } catch (Exception ex) { ExceptionDispatchInfo.Throw(ex); }
                try { Work(); } catch (Exception) { Environment.Exit(1); }
                try { Work(); } catch (Exception) { Fail(); }
                try { Work(); } catch (Exception) { if (attempt == 3) throw; }
            }
            [DoesNotReturn] void Fail() => throw new InvalidOperationException();
            void Work() { }
        }
        """);

    [Fact]
    public Task A_trace_of_the_exception_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger<C> log)
        {
            Exception? _last;
            readonly List<Exception> _all = [];
            bool M(TaskCompletionSource done)
            {
                try { Work(); } catch (Exception ex) { log.LogError(ex, "failed"); return false; }
                try { Work(); } catch (Exception ex) { Console.WriteLine(ex.Message); }
                try { Work(); } catch (Exception ex) { _last = ex; }
                try { Work(); } catch (Exception ex) { _all.Add(ex); }
                try { Work(); } catch (Exception ex) { done.SetException(ex); }
                try { Work(); } catch (Exception ex) { var shown = ex; Show(shown); }
                try { Work(); } catch (Exception ex) { log?.LogError(ex, "failed"); }
                return true;
            }
            (bool, string) Result() { try { Work(); return (true, ""); } catch (Exception ex) { return (false, ex.Message); } }
            Task Async() { try { Work(); return Task.CompletedTask; } catch (Exception ex) { return Task.FromException(ex); } }
            void Show(Exception e) { }
            void Work() { }
        }
        """);

    [Fact]
    public Task A_failure_the_caller_can_see_is_ignored() => Ignores(
        """
        using Microsoft.AspNetCore.Mvc;
        enum State { Ok, Failed }
        class C : ControllerBase
        {
            int _failures;
            State _state;
            readonly Queue<string> _deadLetters = new();
            IActionResult Post() { try { Work(); return Ok(); } catch { return StatusCode(500); } }
            State A() { try { Work(); return State.Ok; } catch { return State.Failed; } }
            int B() { try { Work(); return 0; } catch { return -1; } }
            string D(string fallback) { try { Work(); return "x"; } catch { return fallback; } }
            void E(string message)
            {
                var ok = true;
                try { Work(); } catch { _failures++; }
                try { Work(); } catch { Interlocked.Increment(ref _failures); }
                try { Work(); } catch { _state = State.Failed; }
                try { Work(); } catch { _deadLetters.Enqueue(message); }
                try { Work(); } catch { ok = false; }
                try { Work(); } catch { UseBackup(); }
                Console.WriteLine(ok);
            }
            bool IsBroken() { try { Work(); return false; } catch { return true; } }
            void UseBackup() { }
            void Work() { }
        }
        """);

    [Fact]
    public Task A_filter_or_a_test_that_classifies_is_ignored() => Ignores(
        """
        class C
        {
            int A(int attempt)
            {
                try { return Work(); } catch (Exception ex) when (ex is IOException or UnauthorizedAccessException) { }
                try { return Work(); } catch (Exception ex) when (IsTransient(ex)) { }
                try { return Work(); } catch (Exception) when (attempt < 3) { }
                try { return Work(); } catch (Exception ex) when (ex.Message.Contains("gone")) { return 0; }
                try { return Work(); } catch (Exception ex) { if (ex is IOException) return 0; throw; }
                try { return Work(); } catch (Exception ex) { if (ex is not IOException) throw; }
                try { return Work(); } catch (Exception ex) { if (ex.HResult == 5) return 0; throw; }
                try { return Work(); }
                catch (Exception ex)
                {
                    switch (ex) { case IOException: return 0; default: throw; }
                }
            }
            static bool IsTransient(Exception e) => e is IOException;
            int Work() => 1;
        }
        """);

    [Fact]
    public Task A_specific_type_is_ignored() => Ignores(
        """
        class C
        {
            bool TryRead(string path, out string text)
            {
                try { text = File.ReadAllText(path); return true; }
                catch (IOException) { text = ""; return false; }
            }
            int Parse(string text)
            {
                try { return int.Parse(text); }
                catch (FormatException) { }
                catch (OverflowException) { return 0; }
                return 0;
            }
        }
        """);

    [Fact]
    public Task A_logger_that_may_be_missing_or_off_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Logging;
        class C
        {
            ILogger? _log;
            void M()
            {
                try { Work(); } catch (Exception ex) { if (_log != null) _log.LogError(ex, "failed"); }
                try { Work(); } catch (Exception ex) { if (_log is { } log) log.LogError(ex, "failed"); }
                try { Work(); } catch (Exception ex) { if (_log!.IsEnabled(LogLevel.Debug)) _log.LogDebug(ex, "failed"); }
            }
            void Work() { }
        }
        """);

    [Fact]
    public Task An_attempt_that_is_repeated_is_ignored() => Ignores(
        """
        class C
        {
            int A()
            {
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    try { return Work(); }
                    catch { Thread.Sleep(100); }
                }
                throw new InvalidOperationException();
            }
            void B()
            {
                var done = false;
                while (!done)
                {
                    try { Work(); done = true; }
                    catch { }
                }
                while (true)
                {
                    try { Work(); break; }
                    catch { }
                }
                while (true)
                {
                    try { Work(); }
                    catch { continue; }
                    break;
                }
            }
            string? First(string[] sources)
            {
                foreach (var source in sources)
                {
                    try { return File.ReadAllText(source); }
                    catch { }
                }
                return null;
            }
            int Work() => 1;
        }
        """);

    [Fact]
    public Task A_supervised_loop_that_logs_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Hosting;
        using Microsoft.Extensions.Logging;
        class Worker(ILogger<Worker> log) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    try { await Turn(stoppingToken); }
                    catch (Exception ex) { log.LogError(ex, "turn failed"); }
                }
            }
            Task Turn(CancellationToken token) => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task Printing_at_the_top_of_a_program_is_ignored() => Ignores(
        """
        try { File.ReadAllText("prices.csv"); }
        catch (Exception) { Console.Error.WriteLine("cannot read the prices"); return 1; }
        try { File.ReadAllText("prices.csv"); }
        catch (Exception) { Console.Error.WriteLine("cannot read the prices"); }
        return 0;
        """);

    [Fact]
    public Task Test_code_is_ignored() => Ignores(
        """
        namespace Xunit { class FactAttribute : Attribute { } }
        class CheckoutTests
        {
            [Xunit.Fact] void Works() { try { Console.WriteLine(); } catch { } }
        }
        """);

    [Fact]
    public Task A_lost_record_is_ignored_for_the_rule_about_records_speaks() => Ignores(
        """
        record Row(int Id);
        class Import
        {
            void Run(List<Row> rows)
            {
                foreach (var row in rows)
                {
                    try { Book(row); }
                    catch (Exception) { continue; }
                }
            }
            void Book(Row row) { }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        class C
        {
            void M() { try { } catch (Exc }
            void N() { try { } catch (Missing ex) { } }
            int O() { try { } catch (Exception ex) when ( { ex. return }
        }
        """,
        allowErrors: true);

    [Fact]
    public Task Old_language_versions_are_flagged_alike() => Flags(
        """
        using System;
        class C
        {
            int M(string s) { try { return int.Parse(s); } [|catch (Exception)|] { return 0; } }
        }
        """,
        languageVersion: LanguageVersion.CSharp7);

    [Fact]
    public Task A_failure_that_is_answered_behind_the_try_is_ignored() => Ignores(
        """
        class Prices
        {
            decimal Read(string text)
            {
                try { return decimal.Parse(text); }
                catch (Exception) { }
                throw new InvalidDataException(text);
            }
            decimal Fallback(string text, decimal last)
            {
                if (text != "")
                {
                    try { return decimal.Parse(text); }
                    catch (Exception) { }
                }
                return last;
            }
            decimal Search(string text, string[] others)
            {
                try { return decimal.Parse(text); }
                catch (Exception) { }
                foreach (var other in others)
                {
                    if (other == text)
                        return 0;
                }
                return default;
            }
            void Show(string text)
            {
                var known = false;
                if (text != "")
                {
                    try { known = decimal.Parse(text) > 0; }
                    catch (Exception) { }
                }
                if (!known)
                    Console.WriteLine("no price");
            }
        }
        """);

    [Fact]
    public Task A_result_that_is_tested_behind_the_try_is_flagged_as_a_suggestion() => Flags(
        """
        class Prices
        {
            void Show(string path)
            {
                string? text = null;
                try { text = Read(path); }
                [|catch (Exception)|] { }
                if (text == null)
                    Console.WriteLine("no price");
            }
            void Report()
            {
                try { Console.Error.WriteLine("late"); }
                [|catch|] { }
            }
            string Read(string path) => path;
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Known_calls_become_a_catch_of_what_they_throw() => Fixes(
        """
        class Prices
        {
            int A(string text)
            {
                try { return int.Parse(text); }
                [|catch (Exception)|]
                {
                    return 0;
                }
            }
            DateTime B(string text)
            {
                try { return DateTime.Parse(text); }
                [|catch (Exception ex)|] { _ = ex; return default; }
            }
            string C(string path) { try { return File.ReadAllText(path); } [|catch|] { return ""; } }
            object? D(string json) { try { return System.Text.Json.JsonSerializer.Deserialize<object>(json); } [|catch|] { return null; } }
            async Task<string?> E(HttpClient client, string url)
            {
                try { return await client.GetStringAsync(url).ConfigureAwait(false); }
                [|catch (Exception)|] { return null; }
            }
            DayOfWeek F(string text) { try { return Enum.Parse<DayOfWeek>(text); } [|catch|] { return default; } }
            int G(Dictionary<string, int> stock, string sku) { try { return stock[sku]; } [|catch|] { return 0; } }
            int H(string text) { try { return Convert.ToInt32(text.Trim()); } catch (FormatException) { return -1; } [|catch|] { return 0; } }
            bool I(string file) { try { return System.Diagnostics.Process.Start(file) != null; } [|catch|] { return false; } }
            int J(object boxed) { try { return (int)boxed; } [|catch|] { return 0; } }
            int K(string text) { try { return int.Parse(text); } [|catch (Exception ex)|] when (ex is not OperationCanceledException) { return 0; } }
        }
        """,
        """
        using System.ComponentModel;
        using System.Text.Json;

        class Prices
        {
            int A(string text)
            {
                try { return int.Parse(text); }
                catch (Exception ex) when (ex is FormatException or OverflowException)
                {
                    return 0;
                }
            }
            DateTime B(string text)
            {
                try { return DateTime.Parse(text); }
                catch (FormatException ex) { _ = ex; return default; }
            }
            string C(string path) { try { return File.ReadAllText(path); } catch (Exception ex) when (ex is IOException or UnauthorizedAccessException) { return ""; } }
            object? D(string json) { try { return System.Text.Json.JsonSerializer.Deserialize<object>(json); } catch (JsonException) { return null; } }
            async Task<string?> E(HttpClient client, string url)
            {
                try { return await client.GetStringAsync(url).ConfigureAwait(false); }
                catch (HttpRequestException) { return null; }
            }
            DayOfWeek F(string text) { try { return Enum.Parse<DayOfWeek>(text); } catch (ArgumentException) { return default; } }
            int G(Dictionary<string, int> stock, string sku) { try { return stock[sku]; } catch (KeyNotFoundException) { return 0; } }
            int H(string text) { try { return Convert.ToInt32(text.Trim()); } catch (FormatException) { return -1; } catch (OverflowException) { return 0; } }
            bool I(string file) { try { return System.Diagnostics.Process.Start(file) != null; } catch (Win32Exception) { return false; } }
            int J(object boxed) { try { return (int)boxed; } catch (InvalidCastException) { return 0; } }
            int K(string text) { try { return int.Parse(text); } catch (Exception ex) when (ex is FormatException or OverflowException) { return 0; } }
        }
        """,
        title: "Catch only what the calls in the 'try' throw");

    [Fact]
    public Task Unknown_calls_become_a_rethrow() => Fixes(
        """
        class Orders
        {
            object? A(int id)
            {
                try
                {
                    return Load(id);
                }
                [|catch (Exception)|]
                {
                    Console.WriteLine("failed");
                    return null; // nothing there
                }
            }
            void B(int id)
            {
                try { Load(id); }
                [|catch|] { }
                try { Load(id); }
                [|catch (Exception)|]
                {
                    // ignored
                }
                while (true)
                {
                    try { Load(id); }
                    [|catch|] { continue; }
                }
            }
            object Load(int id) => id;
        }
        """,
        """
        class Orders
        {
            object? A(int id)
            {
                try
                {
                    return Load(id);
                }
                catch (Exception)
                {
                    Console.WriteLine("failed");
                    throw; // nothing there
                }
            }
            void B(int id)
            {
                try { Load(id); }
                catch { throw; }
                try { Load(id); }
                catch (Exception)
                {
                    // ignored
                    throw;
                }
                while (true)
                {
                    try { Load(id); }
                    catch { throw; }
                }
            }
            object Load(int id) => id;
        }
        """,
        title: "Rethrow with 'throw;'");

    [Fact]
    public Task The_empty_answer_behind_the_try_becomes_a_rethrow_and_goes() => Fixes(
        """
        class Orders
        {
            object? A(int id)
            {
                try
                {
                    return Load(id);
                }
                [|catch|]
                {
                }

                return null;
            }
            object Load(int id) => id;
        }
        """,
        """
        class Orders
        {
            object? A(int id)
            {
                try
                {
                    return Load(id);
                }
                catch
                {
                    throw;
                }
            }
            object Load(int id) => id;
        }
        """);

    [Fact]
    public Task Where_a_throw_would_do_harm_or_paths_part_no_fix_is_offered_and_it_is_flagged()
    {
        const string Source =
            """
            class Session : IDisposable
            {
                bool _quiet;
                public void Dispose()
                {
                    try { Flush(); }
                    [|catch|] { }
                }
                int Count()
                {
                    try { Flush(); return 1; }
                    [|catch (Exception)|]
                    {
                        if (_quiet)
                            return 0;
                        return default;
                    }
                }
                void Flush() { }
            }
            """;
        return Fixes(Source, Source);
    }

    [Fact]
    public Task Before_pattern_combinators_it_becomes_two_type_tests() => Fixes(
        """
        class C
        {
            int M(string s) { try { return int.Parse(s); } [|catch|] { return 0; } }
        }
        """,
        """
        using System;

        class C
        {
            int M(string s) { try { return int.Parse(s); } catch (Exception ex) when (ex is FormatException || ex is OverflowException) { return 0; } }
        }
        """,
        languageVersion: LanguageVersion.CSharp8);
}
