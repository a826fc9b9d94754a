using Assay.Analyzers.Rules.Errors;
using Assay.CodeFixes.Rules.Errors;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.Errors;

public sealed class SilentRecordDropTests : RuleTests<SilentRecordDrop, SilentRecordDropFix>
{
    [Fact]
    public Task A_record_that_is_skipped_is_flagged() => Flags(
        """
        record Payment(int Id, decimal Amount);
        class Ledger
        {
            void Post(List<Payment> payments)
            {
                {|#0:foreach|} (var payment in payments)
                {
                    try { Book(payment); }
                    [|catch (Exception)|] { continue; }
                }
            }
            void Book(Payment payment) { }
        }
        """,
        messages: ["When 'payment' fails, 'catch (Exception)' goes on to the next turn: it is lost, for nothing collects, counts or dead-letters it"]);

    [Fact]
    public Task A_record_that_is_only_logged_is_flagged() => Flags(
        """
        using Microsoft.Extensions.Logging;
        class Trade { public int Id { get; set; } public decimal Price { get; set; } }
        class Settlement(ILogger<Settlement> log)
        {
            async Task Run(IAsyncEnumerable<Trade> trades, CancellationToken token)
            {
                await foreach (var trade in trades)
                {
                    try { await Settle(trade, token); }
                    [|catch (Exception ex)|] when (ex is not OperationCanceledException)
                    {
                        log.LogError(ex, "Trade {Id} failed", trade.Id);
                    }
                }
            }
            Task Settle(Trade trade, CancellationToken token) => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task The_message_says_that_a_log_line_is_not_enough_and_is_flagged() => Flags(
        """
        record Row(int Id);
        class Import
        {
            void Run(Row[] rows)
            {
                foreach (var row in rows)
                    try { Book(row); }
                    [|catch (Exception ex)|] { Console.WriteLine(ex); }
            }
            void Book(Row row) { }
        }
        """,
        messages: ["When 'row' fails, 'catch (Exception ex)' only logs and goes on to the next turn: it is lost, for nothing collects, counts or dead-letters it"]);

    [Fact]
    public Task Every_kind_of_loop_over_records_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        using System.Data;
        record Row(int Id);
        class Import
        {
            async Task Run(List<Row> rows, ConcurrentQueue<Row> queue, TextReader reader, IDataReader table, IEnumerable<(int Id, string Text)> pairs)
            {
                for (var i = 0; i < rows.Count; i++)
                {
                    try { Book(rows[i]); }
                    [|catch|] { }
                }
                while (queue.TryDequeue(out var row))
                {
                    try { Book(row); }
                    [|catch (Exception)|] { continue; }
                }
                string? line;
                while ((line = reader.ReadLine()) != null)
                {
                    try { Book(new Row(int.Parse(line))); }
                    [|catch|] { }
                }
                while (table.Read())
                {
                    try { Book(new Row(table.GetInt32(0))); }
                    [|catch|] { }
                }
                while (await reader.ReadLineAsync() is { } next)
                {
                    try { Book(new Row(next.Length)); }
                    [|catch|] { }
                }
                foreach (var (id, text) in pairs)
                {
                    try { Book(new Row(id)); }
                    [|catch|] { }
                }
                Parallel.ForEach(rows, row =>
                {
                    try { Book(row); }
                    [|catch|] { }
                });
                await Parallel.ForEachAsync(rows, async (row, token) =>
                {
                    try { await Task.Yield(); Book(row); }
                    [|catch (Exception ex)|] { Console.WriteLine(ex); return; }
                });
                rows.ForEach(row => { try { Book(row); } [|catch|] { } });
            }
            void Book(Row row) { }
        }
        """);

    [Fact]
    public Task The_message_names_the_record_by_index_or_by_its_reader_and_is_flagged() => Flags(
        """
        using System.Data;
        class Import
        {
            void Run(int[] rows, IDataReader table)
            {
                for (var i = 0; i < rows.Length; i++)
                {
                    try { Book(rows[i]); }
                    [|catch|] { }
                }
                while (table.Read())
                {
                    try { Book(table.GetInt32(0)); }
                    [|catch|] { }
                }
            }
            void Book(int row) { }
        }
        """,
        messages:
        [
            "When the record at 'i' fails, 'catch' goes on to the next turn: it is lost, for nothing collects, counts or dead-letters it",
            "When a record of 'table' fails, 'catch' goes on to the next turn: it is lost, for nothing collects, counts or dead-letters it",
        ]);

    [Fact]
    public Task A_record_under_another_name_and_in_a_nested_statement_is_flagged() => Flags(
        """
        class Line { public string Text { get; set; } = ""; }
        class Import
        {
            void Run(IEnumerable<Line> lines)
            {
                foreach (var line in lines)
                {
                    var text = line.Text.Trim();
                    if (text.Length > 0)
                    {
                        try { Book(text); }
                        [|catch (Exception)|] { Console.WriteLine("bad line"); continue; }
                    }
                    Console.WriteLine("done");
                }
            }
            void Book(string text) { }
        }
        """);

    [Fact]
    public Task A_logged_text_or_key_is_a_suggestion_for_it_may_be_the_name_of_something_optional_and_is_flagged() => Flags(
        """
        class Import
        {
            void Run(string[] files, IEnumerable<Guid> ids)
            {
                foreach (var file in files)
                {
                    try { Read(file); }
                    [|catch (Exception ex)|] { Console.WriteLine(ex); }
                }
                foreach (var id in ids)
                {
                    try { Read(id.ToString()); Sync(id); }
                    [|catch (Exception ex)|] { Console.WriteLine(ex); }
                }
            }
            void Read(string file) { }
            void Sync(Guid id) { }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task The_name_of_something_is_a_suggestion_for_the_thing_is_still_there_and_is_flagged() => Flags(
        """
        record struct JobKey(string Group, string Text);
        class Host
        {
            void Run(string[] processes, List<string> files, IEnumerable<JobKey> jobs, IEnumerable<Uri> addresses)
            {
                var found = new List<System.Diagnostics.Process>();
                foreach (var process in processes)
                {
                    try { found.AddRange(System.Diagnostics.Process.GetProcessesByName(process)); }
                    [|catch|] { }
                }
                foreach (var file in files)
                {
                    try { Console.WriteLine(File.ReadAllText(Path.Combine("plugins", file))); }
                    [|catch|] { }
                }
                foreach (var job in jobs)
                {
                    try { Start(job); }
                    [|catch|] { }
                }
                foreach (var address in addresses)
                {
                    try { Ping(address); }
                    [|catch|] { }
                }
            }
            void Start(JobKey job) { }
            void Ping(Uri address) { }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_logged_record_that_a_store_or_a_member_still_holds_is_a_suggestion_and_is_flagged() => Flags(
        """
        using Microsoft.EntityFrameworkCore;
        class Trigger { public int Id { get; set; } public string Key { get; set; } = ""; }
        class Shop : DbContext { public DbSet<Trigger> Triggers => Set<Trigger>(); }
        class Recovery(Shop shop)
        {
            readonly Dictionary<int, Trigger> _waiting = new();
            async Task Rescan(CancellationToken token)
            {
                var stale = await SelectStaleAsync(token);
                foreach (var trigger in stale.Where(t => t.Id > 0))
                {
                    try { await Recover(trigger, token); }
                    [|catch (Exception ex)|] when (ex is not OperationCanceledException) { Console.WriteLine(ex); }
                }
                foreach (var trigger in await shop.Triggers.Where(t => t.Id > 0).ToListAsync(token))
                {
                    try { await Recover(trigger, token); }
                    [|catch (Exception ex)|] when (ex is not OperationCanceledException) { Console.WriteLine(ex); }
                }
                foreach (var trigger in _waiting.Values)
                {
                    try { await Notify(trigger, "changed"); }
                    [|catch (Exception ex)|] { Console.WriteLine(ex); }
                }
            }
            Task<List<Trigger>> SelectStaleAsync(CancellationToken token) => Task.FromResult(new List<Trigger>());
            Task Recover(Trigger trigger, CancellationToken token) => Task.CompletedTask;
            Task Notify(Trigger trigger, string text) => Task.CompletedTask;
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_logged_record_that_was_handed_over_taken_out_parsed_or_left_out_of_a_result_is_flagged() => Flags(
        """
        using System.Text.Json;
        class Trade { public int Id { get; set; } public string Key { get; set; } = ""; }
        class Batch { public List<Trade> Trades { get; set; } = []; }
        class Intake
        {
            List<Trade> _waiting = new();
            readonly List<Trade> _known = new();
            List<int> Run(Batch batch, string json)
            {
                foreach (var trade in batch.Trades)
                {
                    try { Book(trade); }
                    [|catch (Exception ex)|] { Console.WriteLine(ex); }
                }
                foreach (var trade in JsonSerializer.Deserialize<List<Trade>>(json)!)
                {
                    try { Book(trade); }
                    [|catch (Exception ex)|] { Console.WriteLine(ex); }
                }
                var waiting = _waiting;
                foreach (var trade in Receive())
                {
                    try { Book(trade); }
                    [|catch (Exception ex)|] { Console.WriteLine(ex); }
                }
                var booked = new List<int>();
                foreach (var trade in Find())
                {
                    try { booked.Add(Book(trade)); }
                    [|catch (Exception ex)|] { Console.WriteLine(ex); }
                }
                foreach (var trade in _waiting)
                {
                    try { Book(trade); }
                    [|catch (Exception ex)|] { Console.WriteLine(ex); }
                }
                _waiting = [];
                return booked;
            }
            Trade[] Receive() => [];
            Trade[] Find() => [];
            int Book(Trade trade) => trade.Id;
        }
        """,
        severity: DiagnosticSeverity.Warning);

    [Fact]
    public Task A_registered_thing_that_stays_registered_is_left_to_the_rule_about_swallowed_exceptions_and_is_ignored() => Ignores(
        """
        record Item(string Key, object Value);
        class Cache(Action<Item> removed)
        {
            readonly List<Item> _items = [];
            readonly List<string> _files = [];
            void Sweep()
            {
                foreach (var item in _items)
                {
                    try { removed(item); }
                    catch { }
                }
                foreach (var file in _files)
                {
                    try { Console.WriteLine(File.GetLastWriteTime(file)); }
                    catch { continue; }
                }
            }
        }
        """);

    [Fact]
    public Task A_path_that_is_put_together_or_the_number_of_something_is_a_suggestion_and_is_flagged() => Flags(
        """
        class Host
        {
            int Last(string[] files)
            {
                var last = 0;
                for (var i = 0; i < files.Length; i++)
                {
                    try
                    {
                        var file = files[i];
                        last = Math.Max(last, int.Parse(Path.GetFileNameWithoutExtension(file)));
                    }
                    [|catch|] { }
                }
                return last;
            }
            void Read(string[] folders, int[] processes)
            {
                foreach (var folder in folders)
                {
                    try { Console.WriteLine(File.ReadAllText(folder + "/magic")); }
                    [|catch|] { }
                }
                var found = new List<System.Diagnostics.Process>();
                for (var i = 0; i < processes.Length; i++)
                {
                    try { found.Add(System.Diagnostics.Process.GetProcessById(processes[i])); }
                    [|catch|] { }
                }
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_text_that_is_parsed_or_booked_is_a_record_and_is_flagged() => Flags(
        """
        class Import
        {
            void Run(IEnumerable<string> lines)
            {
                foreach (var line in lines)
                {
                    try { Book(decimal.Parse(line)); }
                    [|catch|] { }
                }
            }
            void Book(decimal amount) { }
        }
        """,
        severity: DiagnosticSeverity.Warning);

    [Fact]
    public Task A_record_that_is_only_removed_is_ignored() => Ignores(
        """
        record Source(string Name);
        class Settings
        {
            void Forget(List<Source> sources)
            {
                var isDirty = false;
                foreach (var source in sources)
                {
                    try { Remove("sources", source); isDirty = true; } catch { }
                }
                Console.WriteLine(isDirty);
            }
            void Sweep(List<string> folders)
            {
                for (var i = folders.Count - 1; i >= 0; i--)
                {
                    try { Directory.Delete(folders[i]); Wait(folders[i]); folders.RemoveAt(i); } catch (Exception) { }
                }
            }
            void Wait(string folder) { }
            void Remove(string section, Source source) { }
        }
        """);

    [Fact]
    public Task A_record_that_is_kept_counted_or_answered_is_ignored() => Ignores(
        """
        using System.Diagnostics.Metrics;
        record Row(int Id) { public string? Error { get; set; } }
        class Import(Counter<int> counter)
        {
            int _failed;
            readonly Queue<Row> _dead = new();
            async Task Run(List<Row> rows, CancellationToken token)
            {
                var errors = new List<Exception>();
                var allGood = true;
                foreach (var row in rows)
                {
                    try { Book(row); } catch (Exception ex) { errors.Add(ex); }
                }
                foreach (var row in rows)
                {
                    try { Book(row); } catch (Exception ex) { Console.WriteLine(ex); _failed++; }
                }
                foreach (var row in rows)
                {
                    try { Book(row); } catch (Exception) { _dead.Enqueue(row); continue; }
                }
                foreach (var row in rows)
                {
                    try { Book(row); } catch (Exception) { counter.Add(1); }
                }
                foreach (var row in rows)
                {
                    try { Book(row); } catch (Exception) { allGood = false; }
                }
                foreach (var row in rows)
                {
                    try { Book(row); } catch (Exception ex) { row.Error = ex.Message; }
                }
                foreach (var row in rows)
                {
                    try { Book(row); } catch (Exception) { await Reject(row, token); }
                }
                Console.WriteLine(allGood);
            }
            Task Reject(Row row, CancellationToken token) => Task.CompletedTask;
            void Book(Row row) { }
        }
        """);

    [Fact]
    public Task A_specific_type_a_rethrow_and_a_break_are_ignored() => Ignores(
        """
        record Row(int Id);
        class Import
        {
            void Run(List<Row> rows)
            {
                foreach (var row in rows)
                {
                    try { Book(row); } catch (FormatException ex) { Console.WriteLine(ex); }
                }
                foreach (var row in rows)
                {
                    try { Book(row); } catch (Exception ex) when (ex is FormatException) { Console.WriteLine(ex); }
                }
                foreach (var row in rows)
                {
                    try { Book(row); } catch (Exception ex) { Console.WriteLine(ex); throw; }
                }
                foreach (var row in rows)
                {
                    try { Book(row); } catch (Exception ex) { Console.WriteLine(ex); break; }
                }
            }
            void Book(Row row) { }
        }
        """);

    [Fact]
    public Task Parts_of_the_program_that_run_one_by_one_are_ignored() => Ignores(
        """
        interface IPlugin { string Name { get; } void Start(); }
        class Host
        {
            event Action? Changed;
            void Run(List<IPlugin> plugins, List<Stream> streams, List<Func<Task>> steps, List<Type> types)
            {
                foreach (var plugin in plugins)
                {
                    try { plugin.Start(); } catch (Exception ex) { Console.WriteLine(ex); }
                }
                foreach (var stream in streams)
                {
                    try { Copy(stream); } catch (Exception ex) { Console.WriteLine(ex); }
                }
                foreach (var step in steps)
                {
                    try { step(); } catch (Exception ex) { Console.WriteLine(ex); }
                }
                foreach (Action handler in Changed!.GetInvocationList())
                {
                    try { handler(); } catch (Exception ex) { Console.WriteLine(ex); }
                }
                foreach (var type in types)
                {
                    try { Register(type); } catch (Exception ex) { Console.WriteLine(ex); }
                }
                for (var i = 0; i < plugins.Count; i++)
                {
                    try { var plugin = plugins[i]; plugin.Start(); } catch (Exception) { }
                }
            }
            void Copy(Stream stream) { }
            void Register(Type type) { }
        }
        """);

    [Fact]
    public Task Tidying_up_and_retrying_are_ignored() => Ignores(
        """
        class Jobs
        {
            string? First(string[] files)
            {
                foreach (var file in files)
                {
                    try { return File.ReadAllText(file); } catch { }
                }
                foreach (var file in files)
                {
                    try { File.Delete(file); } catch (Exception) { }
                }
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    try { Work(attempt); } catch (Exception ex) { Console.WriteLine(ex); }
                }
                return null;
            }
            void Work(int attempt) { }
        }
        """);

    [Fact]
    public Task A_record_that_is_worked_on_behind_the_try_is_ignored() => Ignores(
        """
        record Row(int Id) { public string? Note { get; set; } }
        class Import
        {
            void Run(List<Row> rows)
            {
                foreach (var row in rows)
                {
                    string? note = null;
                    try { note = Look(row); }
                    catch (Exception ex) { Console.WriteLine(ex); }
                    Book(row, note);
                }
                for (var i = 0; i < rows.Count; i++)
                {
                    var row = rows[i];
                    string? note = null;
                    try { note = Look(rows[i]); }
                    catch (Exception ex) { Console.WriteLine(ex); }
                    Book(row, note);
                }
            }
            string Look(Row row) => "";
            void Book(Row row, string? note) { }
        }
        """);

    [Fact]
    public Task Supervised_loops_without_a_record_are_ignored() => Ignores(
        """
        class Worker
        {
            async Task Run(CancellationToken token)
            {
                while (!token.IsCancellationRequested)
                {
                    try { await Turn(token); }
                    catch (Exception ex) { Console.WriteLine(ex); }
                }
                using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
                while (await timer.WaitForNextTickAsync(token))
                {
                    try { await Turn(token); }
                    catch (Exception ex) { Console.WriteLine(ex); }
                }
            }
            Task Turn(CancellationToken token) => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task Test_code_is_ignored() => Ignores(
        """
        namespace NUnit.Framework { class TestAttribute : Attribute { } }
        record Row(int Id);
        class ImportTests
        {
            [NUnit.Framework.Test] void Works(List<Row> rows) { foreach (var row in rows) { try { Book(row); } catch { } } }
            void Book(Row row) { }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { void M(int[] rows) { foreach (var row in rows { try { Book(row) } catch (Exception ex) { ex. } } } }", allowErrors: true);

    [Fact]
    public Task A_dropped_record_becomes_one_of_a_list_that_is_thrown() => Fixes(
        """
        record Row(int Id);

        class Import
        {
            int Run(IReadOnlyList<Row> rows)
            {
                var booked = 0;

                // All of them, in order.
                foreach (var row in rows)
                {
                    try
                    {
                        Book(row);
                        booked++;
                    }
                    [|catch (Exception ex)|]
                    {
                        Console.WriteLine(ex);
                    }
                }

                return booked;
            }

            void Book(Row row) { }
        }
        """,
        """
        record Row(int Id);

        class Import
        {
            int Run(IReadOnlyList<Row> rows)
            {
                var booked = 0;

                // All of them, in order.
                var failed = new List<(Row Item, Exception Error)>();
                foreach (var row in rows)
                {
                    try
                    {
                        Book(row);
                        booked++;
                    }
                    catch (Exception ex)
                    {
                        Console.WriteLine(ex);
                        failed.Add((row, ex));
                    }
                }
                if (failed.Count > 0)
                    throw new AggregateException($"{failed.Count} records failed", failed.ConvertAll(failure => failure.Error));

                return booked;
            }

            void Book(Row row) { }
        }
        """,
        title: "Collect the failed records and throw them behind the loop");

    [Fact]
    public Task An_unnamed_catch_with_continue_becomes_a_named_one_that_collects() => Fixes(
        """
        record Row(int Id);
        class Import
        {
            void Run(Row[] rows, string failed)
            {
                foreach (var row in rows)
                {
                    try { Book(row); }
                    [|catch|]
                    {
                        // skip it
                        continue;
                    }
                }
                for (var i = 0; i < rows.Length; i++)
                {
                    try { Book(rows[i]); }
                    [|catch (Exception)|] when (true)
                    {
                        // skip it
                    }
                }
            }
            void Book(Row row) { }
        }
        """,
        """
        record Row(int Id);
        class Import
        {
            void Run(Row[] rows, string failed)
            {
                var failures = new List<(Row Item, Exception Error)>();
                foreach (var row in rows)
                {
                    try { Book(row); }
                    catch (Exception ex)
                    {
                        failures.Add((row, ex));
                        // skip it
                        continue;
                    }
                }
                if (failures.Count > 0)
                    throw new AggregateException($"{failures.Count} records failed", failures.ConvertAll(failure => failure.Error));
                var failedRecords = new List<(int Index, Exception Error)>();
                for (var i = 0; i < rows.Length; i++)
                {
                    try { Book(rows[i]); }
                    catch (Exception exception) when (true)
                    {
                        // skip it
                        failedRecords.Add((i, exception));
                    }
                }
                if (failedRecords.Count > 0)
                    throw new AggregateException($"{failedRecords.Count} records failed", failedRecords.ConvertAll(one => one.Error));
            }
            void Book(Row row) { }
        }
        """);

    [Fact]
    public Task Nested_and_reading_loops_and_those_without_braces_become_collecting_ones() => Fixes(
        """
        class Import
        {
            async Task Run(IEnumerable<string[]> files, TextReader reader, bool all)
            {
                foreach (var file in files)
                {
                    foreach (var line in file)
                    {
                        try { Book(line); }
                        [|catch (Exception)|] { }
                    }
                }
                string? next;
                if (all)
                    while ((next = await reader.ReadLineAsync()) != null)
                    {
                        try { Book(next); }
                        [|catch (Exception e)|] { if (all) continue; Console.WriteLine("x"); }
                    }
            }
            void Book(string line) { }
        }
        """,
        """
        class Import
        {
            async Task Run(IEnumerable<string[]> files, TextReader reader, bool all)
            {
                var failed = new List<(string Item, Exception Error)>();
                foreach (var file in files)
                {
                    foreach (var line in file)
                    {
                        try { Book(line); }
                        catch (Exception ex) { failed.Add((line, ex)); }
                    }
                }
                if (failed.Count > 0)
                    throw new AggregateException($"{failed.Count} records failed", failed.ConvertAll(failure => failure.Error));
                string? next;
                if (all)
                {
                    var failures = new List<(string Item, Exception Error)>();
                    while ((next = await reader.ReadLineAsync()) != null)
                    {
                        try { Book(next); }
                        catch (Exception e) { failures.Add((next, e)); if (all) continue; Console.WriteLine("x"); }
                    }
                    if (failures.Count > 0)
                        throw new AggregateException($"{failures.Count} records failed", failures.ConvertAll(one => one.Error));
                }
            }
            void Book(string line) { }
        }
        """);

    [Fact]
    public Task A_loop_of_a_program_becomes_a_collecting_one() => Fixes(
        """
        var rows = File.ReadAllLines("rows.csv");
        foreach (var row in rows)
        {
            try { Console.WriteLine(int.Parse(row)); }
            [|catch (Exception ex)|] { _ = ex; }
        }
        """,
        """
        var rows = File.ReadAllLines("rows.csv");
        var failed = new List<(string Item, Exception Error)>();
        foreach (var row in rows)
        {
            try { Console.WriteLine(int.Parse(row)); }
            catch (Exception ex) { _ = ex; failed.Add((row, ex)); }
        }
        if (failed.Count > 0)
            throw new AggregateException($"{failed.Count} records failed", failed.ConvertAll(failure => failure.Error));
        """);

    [Fact]
    public Task Callbacks_that_fail_each_for_itself_are_ignored() => Ignores(
        """
        class Registration
        {
            public Action<object>? Callback { get; set; }
            public object? State { get; set; }
            public int Order { get; set; }
        }
        class Entry
        {
            public void Evict(List<Registration> registrations)
            {
                for (var i = 0; i < registrations.Count; i++)
                {
                    var registration = registrations[i];
                    try
                    {
                        registration.Callback?.Invoke(registration.State!);
                    }
                    catch
                    {
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Where_a_list_would_grow_unread_no_fix_is_offered_and_it_is_flagged()
    {
        const string Source =
            """
            using System.Threading.Channels;
            record Row(int Id);
            class Import
            {
                async Task Run(Channel<Row> rows, CancellationToken token)
                {
                    await foreach (var row in rows.Reader.ReadAllAsync(token))
                    {
                        try { Book(row); }
                        [|catch (Exception)|] { }
                    }
                    while (await rows.Reader.WaitToReadAsync(token))
                    {
                        while (rows.Reader.TryRead(out var row))
                        {
                            try { Book(row); }
                            [|catch (Exception)|] { }
                        }
                    }
                    await Parallel.ForEachAsync(new List<Row>(), (row, _) =>
                    {
                        try { Book(row); }
                        [|catch (Exception)|] { }
                        return default;
                    });
                    foreach (var item in new[] { new { Id = 1 } })
                    {
                        try { Book(new Row(item.Id)); }
                        [|catch (Exception)|] { }
                    }
                }
                void Book(Row row) { }
            }
            """;
        return Fixes(Source, Source);
    }

    [Fact]
    public Task A_session_that_is_ended_asynchronously_is_ignored() => Ignores(
        """
        class Session { public Task LogoutAsync() => Task.CompletedTask; }
        class Clients
        {
            async Task CloseAsync(List<Session> sessions)
            {
                foreach (var session in sessions)
                {
                    try { await session.LogoutAsync().ConfigureAwait(false); } catch (Exception) { }
                }
            }
        }
        """);

    [Fact]
    public Task Texts_and_documents_that_are_read_through_their_own_members_are_flagged() => Flags(
        """
        using System.Text.Json;
        class Import
        {
            List<decimal> Lines(string path)
            {
                var amounts = new List<decimal>();
                foreach (var line in File.ReadLines(path).Skip(1))
                {
                    try
                    {
                        var parts = line.Split(',');
                        amounts.Add(decimal.Parse(parts[1]));
                    }
                    [|catch|] { continue; }
                }
                return amounts;
            }
            List<int> Elements(JsonElement root)
            {
                var ids = new List<int>();
                foreach (var element in root.EnumerateArray())
                {
                    try { ids.Add(element.GetProperty("id").GetInt32()); }
                    [|catch (Exception)|] { }
                }
                return ids;
            }
        }
        """);

    [Fact]
    public Task A_message_that_is_taken_out_within_the_turn_is_flagged() => Flags(
        """
        class Consumed { public string Value { get; set; } = ""; public long Offset { get; set; } }
        interface IConsumer { Consumed Consume(CancellationToken token); void Commit(); }
        class Feed(IConsumer consumer)
        {
            void Run(CancellationToken token)
            {
                while (!token.IsCancellationRequested)
                {
                    var message = consumer.Consume(token);
                    try { Book(message.Value); }
                    [|catch (Exception ex)|] when (ex is not OperationCanceledException) { Console.WriteLine(ex); }
                    consumer.Commit();
                }
            }
            void Book(string text) { }
        }
        """,
        messages: ["When 'message' fails, 'catch (Exception ex)' only logs and goes on to the next turn: it is lost, for nothing collects, counts or dead-letters it"]);

    [Fact]
    public Task A_record_that_a_call_that_does_not_compile_works_on_is_a_suggestion_and_is_flagged() => Flags(
        """
        class Import
        {
            void Run(List<string> lines)
            {
                foreach (var line in lines)
                {
                    try { Unknown.Stop(line); }
                    [|catch|] { }
                }
            }
        }
        """,
        severity: DiagnosticSeverity.Info,
        allowErrors: true);

    [Fact]
    public Task A_failure_that_listeners_are_told_of_is_ignored() => Ignores(
        """
        record Task1(string Name);
        class WarningEventArgs(string text) : EventArgs { public string Text => text; }
        interface IEngine { void LogWarningEvent(WarningEventArgs e); }
        class Loader(IEngine engine)
        {
            void Run(List<Task1> tasks)
            {
                foreach (var task in tasks)
                {
                    try { Load(task); }
                    catch
                    {
                        engine.LogWarningEvent(new WarningEventArgs("cannot load " + task.Name));
                        continue;
                    }
                }
            }
            void Load(Task1 task) { }
        }
        """);

    [Fact]
    public Task Subscribers_of_an_event_are_ignored() => Ignores(
        """
        class Bus
        {
            public event Action<string>? Received;
            void Raise(string text)
            {
                var all = Received!.GetInvocationList();
                for (var i = 0; i < all.Length; i++)
                {
                    var one = (Action<string>)all[i];
                    try { one(text); }
                    catch { }
                }
            }
        }
        """);

    [Fact]
    public Task Connections_and_jobs_that_a_loop_takes_are_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        using System.Net;
        using System.Net.Sockets;
        class Server(TcpListener tcp, HttpListener http, BlockingCollection<Action> jobs)
        {
            async Task Accept(CancellationToken token)
            {
                while (!token.IsCancellationRequested)
                {
                    var client = await tcp.AcceptTcpClientAsync(token);
                    try { await Serve(client); }
                    catch (Exception ex) when (ex is not OperationCanceledException) { Console.WriteLine(ex); }
                }
            }
            async Task Answer()
            {
                while (http.IsListening)
                {
                    var context = await http.GetContextAsync();
                    try { context.Response.Close(); }
                    catch (Exception ex) { Console.WriteLine(ex); }
                }
            }
            void Work()
            {
                while (true)
                {
                    var job = jobs.Take();
                    try { job(); }
                    catch (Exception ex) { Console.WriteLine(ex); }
                }
            }
            Task Serve(TcpClient client) => Task.CompletedTask;
        }
        """);
}
