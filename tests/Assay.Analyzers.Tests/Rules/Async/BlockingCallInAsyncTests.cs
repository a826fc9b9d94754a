using Assay.Analyzers.Rules.Async;
using Assay.CodeFixes.Rules.Async;
using Assay.TestKit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Analyzers.Tests.Rules.Async;

public sealed class BlockingCallInAsyncTests : RuleTests<BlockingCallInAsync, BlockingCallInAsyncFix>
{
    [Fact]
    public Task Sleep_and_join_are_flagged() => Flags(
        """
        class Poller
        {
            async Task RunAsync(Thread worker)
            {
                await Task.Yield();
                Thread.[|Sleep|](1000);
                Thread.[|Sleep|](TimeSpan.FromSeconds(1));
                worker.[|Join|]();
                Func<Task> again = async () => { await Task.Yield(); Thread.[|Sleep|](5); };
                await again();
            }
        }
        """,
        messages:
        [
            "'Thread.Sleep' blocks the thread inside async 'RunAsync'; await 'Task.Delay'",
            "'Thread.Sleep' blocks the thread inside async 'RunAsync'; await 'Task.Delay'",
            "'Thread.Join' blocks the thread inside async 'RunAsync'; run the work as a task and await that",
            "'Thread.Sleep' blocks the thread inside an async lambda; await 'Task.Delay'",
        ]);

    [Fact]
    public Task Files_streams_and_readers_are_flagged() => Flags(
        """
        class Import
        {
            async Task<string> LoadAsync(string path, Stream network, byte[] buffer, FileStream file, Stream target)
            {
                await Task.Yield();
                File.[|WriteAllText|](path, "x");
                var lines = File.[|ReadAllLines|](path);
                network.[|Read|](buffer, 0, buffer.Length);
                network.[|ReadExactly|](buffer);
                network.[|Write|](buffer);
                file.[|Flush|]();
                file.[|CopyTo|](target);
                using var reader = new StreamReader(network);
                var line = reader.[|ReadLine|]();
                using var writer = new StreamWriter(path);
                writer.[|Flush|]();
                new MemoryStream(buffer).[|CopyTo|](network);
                network.[|CopyTo|](new MemoryStream());
                return reader.[|ReadToEnd|]() + line + lines;
            }
        }
        """);

    [Fact]
    public Task Http_database_process_and_semaphore_are_flagged() => Flags(
        """
        using System.Data.Common;
        using System.Diagnostics;
        class Export
        {
            async Task RunAsync(HttpClient client, HttpRequestMessage request, DbConnection connection, DbCommand command, Process process, SemaphoreSlim gate)
            {
                await Task.Yield();
                client.[|Send|](request);
                connection.[|Open|]();
                using var transaction = connection.[|BeginTransaction|]();
                command.[|ExecuteNonQuery|]();
                using var reader = command.[|ExecuteReader|]();
                while (reader.[|Read|]()) { }
                transaction.[|Commit|]();
                process.[|WaitForExit|]();
                process.[|WaitForExit|](5000);
                gate.[|Wait|]();
                gate.[|Wait|](1000);
            }
        }
        """);

    [Fact]
    public Task Entity_framework_queries_and_saves_are_flagged() => Flags(
        """
        using Microsoft.EntityFrameworkCore;
        class Order { public int Id { get; set; } public decimal Total { get; set; } public bool Open { get; set; } }
        class Shop : DbContext
        {
            public DbSet<Order> Orders => Set<Order>();
            public IQueryable<Order> OpenOrders => Orders.Where(o => o.Open);
        }
        class Report(Shop db)
        {
            async Task RunAsync(int id)
            {
                await Task.Yield();
                var all = db.Orders.[|ToList|]();
                var open = db.Orders.Where(o => o.Open).OrderBy(o => o.Total).[|ToArray|]();
                var first = db.Set<Order>().AsNoTracking().[|FirstOrDefault|](o => o.Id == id);
                var any = db.OpenOrders.[|Any|]();
                var query = db.Orders.AsQueryable();
                if (id > 0)
                    query = query.Where(o => o.Id > id);
                var count = query.[|Count|](o => o.Open);
                var sum = db.Orders.[|Sum|](o => o.Total);
                var map = db.Orders.[|ToDictionary|](o => o.Id);
                var chosen = (from o in db.Orders where o.Open select o.Id).[|ToHashSet|]();
                var found = db.Orders.[|Find|](id);
                db.Orders.Where(o => o.Open).[|ExecuteDelete|]();
                db.Database.[|Migrate|]();
                db.[|SaveChanges|]();
            }
        }
        """);

    [Fact]
    public Task A_query_of_unknown_origin_is_flagged_as_suggestion() => Flags(
        """
        using Microsoft.EntityFrameworkCore;
        class Order { public int Id { get; set; } }
        class Report
        {
            async Task<List<Order>> RunAsync(IQueryable<Order> orders)
            {
                await Task.Yield();
                return orders.Where(o => o.Id > 1).[|ToList|]();
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Any_method_with_an_awaitable_sibling_is_flagged() => Flags(
        """
        abstract class Base { public abstract Task<int> LoadAsync(string key, CancellationToken token); }
        class Store : Base
        {
            public int Load(string key) => File.ReadAllText(key).Length;
            public override Task<int> LoadAsync(string key, CancellationToken token) => Task.FromResult(1);
            public T Read<T>(T seed) { File.Delete("a"); return seed; }
            public ValueTask<T> ReadAsync<T>(T seed, bool fresh = false, CancellationToken token = default) => new(seed);
            public static void Flush() => File.Delete("a");
            public static Task FlushAsync() => Task.CompletedTask;
            public void Reset(int n) => File.Delete("a");
        }
        static class StoreExtensions
        {
            public static Task ResetAsync<T>(this T store, int n, CancellationToken token = default) where T : Store => Task.CompletedTask;
            public static void Warm<T>(this T store, int n) where T : Store => File.Delete("a");
            public static Task WarmAsync<T>(this T store, int n) where T : Store => Task.CompletedTask;
        }
        interface IBus { void Publish(string m); Task PublishAsync(string m); }
        interface IWideBus : IBus { }
        class User
        {
            async Task RunAsync(Store store, IWideBus bus)
            {
                await Task.Yield();
                store.[|Load|]("a");
                store.[|Read|](5);
                store.[|Read<long>|](5);
                Store.[|Flush|]();
                store.[|Reset|](1);
                store.[|Warm|](1);
                bus.[|Publish|]("m");
                store?.[|Load|]("a");
            }
            async void OnTimer(Store store) { await Task.Yield(); store.[|Load|]("b"); }
            async IAsyncEnumerable<int> Rows(Store store) { await Task.Yield(); yield return store.[|Load|]("c"); }
            async Task Outer(Store store)
            {
                await Inner();
                async Task Inner() { await Task.Yield(); store.[|Load|]("d"); }
            }
        }
        """);

    [Fact]
    public Task A_decorator_that_calls_the_inner_sync_method_is_flagged() => Flags(
        """
        interface IRepository { void Save(string s); Task SaveAsync(string s); }
        class Audited(IRepository inner) : IRepository
        {
            public void Save(string s) => inner.Save(s);
            public async Task SaveAsync(string s)
            {
                await Task.Yield();
                inner.[|Save|](s);
            }
        }
        """);

    [Fact]
    public Task Program_entry_points_are_flagged_as_suggestion() => Flags(
        """
        class Program
        {
            static async Task Main(string[] args)
            {
                await Task.Yield();
                File.[|ReadAllText|](args[0]);
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Top_level_statements_are_flagged_as_suggestion() => Flags(
        """
        await Task.Yield();
        Thread.[|Sleep|](100);
        """,
        messages: ["'Thread.Sleep' blocks the thread inside the program's async statements; await 'Task.Delay'"],
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Text_writers_and_adds_are_flagged_as_suggestion() => Flags(
        """
        class Repository { public void Add(int n) => File.Delete("a"); public async Task AddAsync(int n) => await Task.Yield(); }
        class Report
        {
            async Task WriteAsync(TextWriter writer, TextReader reader, StreamWriter file, Repository repository)
            {
                await Task.Yield();
                writer.[|WriteLine|]("total");
                var all = reader.[|ReadToEnd|]();
                file.[|Write|]("x");
                repository.[|Add|](1);
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Test_methods_are_flagged_as_suggestion() => Flags(
        """
        class ImportTests
        {
            [Xunit.Fact] public async Task Reads() { await Task.Yield(); File.[|ReadAllText|]("a"); }
        }
        // ==== Xunit.cs
        namespace Xunit { class FactAttribute : Attribute { } }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Sync_functions_are_ignored() => Ignores(
        """
        using System.Linq.Expressions;
        class C
        {
            string M(string path) { Thread.Sleep(1); return File.ReadAllText(path); }
            Task N(string path) { Thread.Sleep(1); return Task.CompletedTask; }
            async Task O(List<string> paths, Stream s)
            {
                await Task.Yield();
                paths.ForEach(p => File.ReadAllText(p));
                await Task.Run(() => Thread.Sleep(100));
                Local();
                Expression<Func<string, string>> e = p => File.ReadAllText(p);
                void Local() => s.Flush();
            }
        }
        """);

    [Fact]
    public Task Memory_streams_and_string_readers_are_ignored() => Ignores(
        """
        using System.IO.Compression;
        class C
        {
            async Task<string> M(byte[] bytes, MemoryStream memory, StringReader text, StringWriter output)
            {
                await Task.Yield();
                memory.Write(bytes, 0, 1);
                memory.CopyTo(new MemoryStream());
                output.WriteLine(text.ReadLine());
                Stream stream = new MemoryStream(bytes);
                stream.Write(bytes);
                using var reader = new StreamReader(new GZipStream(stream, CompressionMode.Decompress));
                TextWriter writer = new StringWriter();
                writer.Write("x");
                System.Text.Json.JsonSerializer.Serialize(memory, bytes);
                using (var hash = System.Security.Cryptography.SHA256.Create())
                    hash.ComputeHash(stream);
                Stream.Null.Flush();
                return reader.ReadToEnd();
            }
        }
        """);

    [Fact]
    public Task A_stream_local_that_may_be_a_file_is_flagged() => Flags(
        """
        class C
        {
            async Task M(byte[] bytes, bool small, string path)
            {
                await Task.Yield();
                Stream stream = new MemoryStream();
                if (!small)
                    stream = File.Create(path);
                stream.[|Write|](bytes, 0, 1);
            }
        }
        """);

    [Fact]
    public Task Console_is_ignored() => Ignores(
        """
        class C
        {
            async Task M()
            {
                await Task.Yield();
                Console.WriteLine("a");
                Console.Out.WriteLine("a");
                var error = Console.Error;
                error.Write("b");
                Console.Out.Flush();
                Console.In.ReadLine();
            }
        }
        """);

    [Fact]
    public Task Queries_in_memory_are_ignored() => Ignores(
        """
        using Microsoft.EntityFrameworkCore;
        class Order { public int Id { get; set; } public List<Line> Lines { get; set; } = []; }
        class Line { public int Id { get; set; } }
        class Shop : DbContext { public DbSet<Order> Orders => Set<Order>(); public DbSet<Line> Lines => Set<Line>(); }
        class Report(Shop db)
        {
            async Task RunAsync(List<Order> given)
            {
                var loaded = await db.Orders.ToListAsync();
                var ids = loaded.Select(o => o.Id).ToList();
                var first = given.AsQueryable().First(o => o.Id > 1);
                var local = given.AsQueryable();
                var count = local.Where(o => o.Id > 2).Count();
                var deep = db.Orders.AsEnumerable().Where(o => o.Id > 1);
                var sub = await db.Orders.Where(o => db.Lines.Any(l => l.Id == o.Id)).Select(o => o.Lines.Count()).ToListAsync();
                var tracked = db.Orders.Local.ToList();
                db.Orders.Add(new Order());
                db.AddRange(loaded);
                db.Add(new Order());
                await db.SaveChangesAsync();
            }
        }
        """);

    [Fact]
    public Task Places_where_await_is_not_allowed_are_ignored() => Ignores(
        """
        class C
        {
            readonly object _gate = new();
            async Task M(string path, SemaphoreSlim s)
            {
                await Task.Yield();
                lock (_gate)
                {
                    File.ReadAllText(path);
                    Thread.Sleep(1);
                }
                try { await Task.Yield(); }
                catch (Exception) when (File.ReadAllText(path) == "") { }
                var q = from n in new[] { 1 } where File.ReadAllText(path).Length > n select n;
                unsafe { File.ReadAllText(path); }
            }
        }
        """);

    [Fact]
    public Task Waits_of_no_time_are_ignored() => Ignores(
        """
        class C
        {
            async Task M(SemaphoreSlim gate, Thread thread, System.Diagnostics.Process process)
            {
                await Task.Yield();
                if (gate.Wait(0)) gate.Release();
                if (gate.Wait(TimeSpan.Zero)) gate.Release();
                Thread.Sleep(0);
                thread.Join(0);
                if (process.WaitForExit(0)) { }
            }
        }
        """);

    [Fact]
    public Task Twins_that_cannot_be_called_are_ignored() => Ignores(
        """
        class Store
        {
            public int Load(int a) => File.ReadAllText("").Length;
            [Obsolete] public Task<int> LoadAsync(int a) => Task.FromResult(a);
            public int Find(int a) => File.ReadAllText("").Length;
            private async Task<int> FindAsync(int a) { await Task.Yield(); return Find(a); }
            public int Read(int a) => File.ReadAllText("").Length;
            public async Task<int> ReadAsync(int a) { await Task.Yield(); return Read(a); }
            public void Save() => File.Delete("a");
            public Task SaveAsync() => Task.Run(() => Save());
            public Task<int> Count() => Task.FromResult(1);
            public Task<int> CountAsync() => Task.FromResult(1);
        }
        class User
        {
            async Task M(Store store)
            {
                await Task.Yield();
                store.Load(1);
                store.Find(1);
                store.Save();
                await store.Count();
            }
        }
        class Numbers : MemoryStream
        {
            public override async Task FlushAsync(CancellationToken token) { await Task.Yield(); Flush(); }
        }
        """);

    [Fact]
    public Task Twins_that_do_something_else_are_ignored() => Ignores(
        """
        class Store
        {
            public int Load(int a) => a;
            public Task<string> LoadAsync(int a) => Task.FromResult("");
            public int Find(int a, int b) => a;
            public Task<int> FindAsync(int a) => Task.FromResult(1);
            public void Send(int a) { }
            public void SendAsync(int a) { }
            public void Post(int a) { }
            public Task PostAsync(int a, string user) => Task.CompletedTask;
            public void Run(Action a) { }
            public Task RunAsync(Func<Task> a) => Task.CompletedTask;
            public void Write(ref int a) { }
            public Task WriteAsync(int a) => Task.CompletedTask;
            public IEnumerable<int> Rows() => [];
            public IAsyncEnumerable<int> RowsAsync() => throw new();
        }
        class User
        {
            async Task M(Store store, Stream stream)
            {
                await Task.Yield();
                int n = 1;
                store.Load(1); store.Find(1, 2); store.Send(1); store.Post(1); store.Run(() => { }); store.Write(ref n); store.Rows();
                stream.ReadByte();
                File.ReadLines("a");
                File.Delete("a");
                var text = System.Text.Json.JsonSerializer.Serialize(1);
                Fill(stream);
            }
            void Fill(Stream stream) { Span<byte> few = stackalloc byte[4]; stream.ReadExactly(few); }
        }
        """);

    [Fact]
    public Task Known_wrong_pairs_are_ignored() => Ignores(
        """
        using System.Data.Common;
        using System.Xml;
        using Microsoft.AspNetCore.Builder;
        using Microsoft.Data.Sqlite;
        class Mocked { public event Action? Changed; }
        class C
        {
            async Task M(XmlReader xml, XmlWriter to, DbDataReader row, SqliteCommand sqlite, CancellationTokenSource source, DbConnection connection,
                Moq.Mock<Mocked> mock, FluentValidation.IValidator<string> validator, System.Text.Json.Utf8JsonWriter json, System.IO.Pipelines.PipeReader pipe, HttpContent content)
            {
                await Task.Yield();
                xml.Read();
                to.Flush();
                var document = System.Xml.Linq.XDocument.Load(xml, System.Xml.Linq.LoadOptions.None);
                var n = row.IsDBNull(0) ? 0 : row.GetFieldValue<int>(0);
                sqlite.ExecuteNonQuery();
                source.Cancel();
                connection.Close();
                connection.Dispose();
                mock.Raise(m => m.Changed += null, 1);
                validator.Validate("x");
                json.Flush();
                using var body = content.ReadAsStream();
                pipe.Complete();
                Xunit.Assert.Throws<Exception>(() => { });
            }
            static async Task Start(WebApplication app) { await Task.Yield(); app.Run(); }
        }
        // ==== Libraries.cs
        namespace Moq { class Mock<T> { public void Raise(Action<T> e, params object[] args) { } public Task RaiseAsync(Action<T> e, params object[] args) => Task.CompletedTask; } }
        namespace FluentValidation { interface IValidator<T> { bool Validate(T value); Task<bool> ValidateAsync(T value, CancellationToken token = default); } }
        namespace Xunit { static class Assert { public static T Throws<T>(Action a) => throw new(); public static Task<T> ThrowsAsync<T>(Action a) => throw new(); } }
        """);

    [Fact]
    public Task The_synchronous_half_of_dual_code_is_ignored() => Ignores(
        """
        class C
        {
            async Task M(Stream stream, byte[] buffer, bool async)
            {
                if (async) await stream.ReadAsync(buffer); else stream.Read(buffer, 0, 1);
                stream.Flush();
                await Inner();
                async Task Inner() { await Task.Yield(); stream.Flush(); }
            }
            async Task<int> N(Stream stream, byte[] buffer, bool later) =>
                later ? await stream.ReadAsync(buffer, 0, 1) : stream.Read(buffer, 0, 1);
        }
        """);

    [Fact]
    public Task An_early_return_of_the_awaited_half_is_ignored() => Ignores(
        """
        class C
        {
            async Task<int> M(Stream stream, byte[] buffer, bool later, bool waits)
            {
                if (waits) await Task.Delay(10); else Thread.Sleep(10);
                if (later)
                {
                    return await stream.ReadAsync(buffer, 0, 1);
                }
                return stream.Read(buffer, 0, 1);
            }
        }
        """);

    [Fact]
    public Task Methods_that_only_build_are_ignored() => Ignores(
        """
        class Outcome
        {
            public static Outcome Failure() => new();
            public static Task<Outcome> FailureAsync() => Task.FromResult(new Outcome());
            public object Execute(object target) => typeof(Outcome).GetMethods()[0].Invoke(target, null)!;
            public async Task<object> ExecuteAsync(object target) { await Task.Yield(); return target; }
        }
        abstract class Component
        {
            protected virtual void OnInitialized() { }
            protected virtual Task OnInitializedAsync() => Task.CompletedTask;
            async Task<Outcome> RunAsync(Outcome executor)
            {
                OnInitialized();
                await OnInitializedAsync();
                await (Task)executor.Execute(this);
                return Outcome.Failure();
            }
        }
        """);

    [Fact]
    public Task Factories_of_a_library_are_flagged_as_suggestion() => Flags(
        """
        class Outcome
        {
            public static Outcome Success(object value) { GC.KeepAlive(value); return new(); }
            public static async Task<Outcome> SuccessAsync(object value) { await Task.Yield(); return new(); }
            async Task<Outcome> RunAsync() { await Task.Yield(); return Outcome.[|Success|](1); }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { async Task M() { await Task.Yield(); Thread.Sleep(; File.ReadAllText(; new Missing().Load(; x.ToList(); } }", allowErrors: true);

    [Fact]
    public Task Blocking_calls_become_awaits() => Fixes(
        """
        class Import
        {
            async Task<int> RunAsync(string path, SemaphoreSlim gate, Stream stream, byte[] buffer)
            {
                // once at a time
                gate.[|Wait|](); // held below
                Thread.[|Sleep|](TimeSpan.FromSeconds(1));
                var text = File.[|ReadAllText|](path);
                var lines = File.[|ReadAllLines|](File.[|ReadAllText|](path)).Length;
                var read = stream.[|Read|](buffer, 0, buffer.Length);
                using var reader = new StreamReader(stream);
                while (reader.[|ReadLine|]() is { } line)
                    lines += line.Length;
                return lines + read + await Task.FromResult(text.Length);
            }
        }
        """,
        """
        class Import
        {
            async Task<int> RunAsync(string path, SemaphoreSlim gate, Stream stream, byte[] buffer)
            {
                // once at a time
                await gate.WaitAsync(); // held below
                await Task.Delay(TimeSpan.FromSeconds(1));
                var text = await File.ReadAllTextAsync(path);
                var lines = (await File.ReadAllLinesAsync(await File.ReadAllTextAsync(path))).Length;
                var read = await stream.ReadAsync(buffer, 0, buffer.Length);
                using var reader = new StreamReader(stream);
                while (await reader.ReadLineAsync() is { } line)
                    lines += line.Length;
                return lines + read + await Task.FromResult(text.Length);
            }
        }
        """);

    [Fact]
    public Task The_token_and_the_ConfigureAwait_style_become_part_of_the_await() => Fixes(
        """
        class Import
        {
            async Task RunAsync(string path, Stream stream, byte[] buffer, CancellationToken token)
            {
                await Task.Delay(1, token).ConfigureAwait(false);
                Thread.[|Sleep|](500);
                var text = File.[|ReadAllText|](path);
                stream.[|Read|](buffer, 0, 4);
                try { await Task.Delay(1, token).ConfigureAwait(false); }
                finally { stream.[|Flush|](); }
            }
        }
        """,
        """
        class Import
        {
            async Task RunAsync(string path, Stream stream, byte[] buffer, CancellationToken token)
            {
                await Task.Delay(1, token).ConfigureAwait(false);
                await Task.Delay(500, token).ConfigureAwait(false);
                var text = await File.ReadAllTextAsync(path, token).ConfigureAwait(false);
                await stream.ReadAsync(buffer, 0, 4, token).ConfigureAwait(false);
                try { await Task.Delay(1, token).ConfigureAwait(false); }
                finally { await stream.FlushAsync().ConfigureAwait(false); }
            }
        }
        """);

    [Fact]
    public Task Entity_framework_calls_become_awaits_with_the_import() => Fixes(
        """
        using Microsoft.Extensions.Logging;
        class Report(Shop db, ILogger<Report> log)
        {
            async Task RunAsync(int id, CancellationToken token)
            {
                var names = db.Orders
                    .Where(o => o.Id > 1) // all but the first
                    .OrderBy(o => o.Id)
                    .[|ToList|]();
                var first = db.Orders.[|First|](o => o.Id == id).Id;
                var found = db.Orders.[|Find|](id);
                db.[|SaveChanges|]();
                await Task.Delay(1, token);
            }
        }
        // ==== Shop.cs
        using Microsoft.EntityFrameworkCore;
        class Order { public int Id { get; set; } }
        class Shop : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        """,
        """
        using Microsoft.EntityFrameworkCore;
        using Microsoft.Extensions.Logging;
        class Report(Shop db, ILogger<Report> log)
        {
            async Task RunAsync(int id, CancellationToken token)
            {
                var names = await db.Orders
                    .Where(o => o.Id > 1) // all but the first
                    .OrderBy(o => o.Id)
                    .ToListAsync(token);
                var first = (await db.Orders.FirstAsync(o => o.Id == id, token)).Id;
                var found = await db.Orders.FindAsync([id], token);
                await db.SaveChangesAsync(token);
                await Task.Delay(1, token);
            }
        }
        // ==== Shop.cs
        using Microsoft.EntityFrameworkCore;
        class Order { public int Id { get; set; } }
        class Shop : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        """);

    [Fact]
    public Task Siblings_with_a_required_token_or_options_become_awaits() => Fixes(
        """
        class Store
        {
            public int Load(string key) => File.ReadAllText(key).Length;
            public Task<int> LoadAsync(string key, CancellationToken token) => Task.FromResult(1);
            public T Read<T>(T seed) { File.Delete("a"); return seed; }
            public ValueTask<T> ReadAsync<T>(T seed, bool fresh = false, CancellationToken token = default) => new(seed);
        }
        class User
        {
            async Task M(Store store)
            {
                await Task.Yield();
                store.[|Load|]("a");
                store.[|Read<long>|](5);
            }
            async Task N(Store store, CancellationToken stop)
            {
                await Task.Yield();
                store.[|Load|]("a");
                store.[|Read|](5);
            }
        }
        """,
        """
        class Store
        {
            public int Load(string key) => File.ReadAllText(key).Length;
            public Task<int> LoadAsync(string key, CancellationToken token) => Task.FromResult(1);
            public T Read<T>(T seed) { File.Delete("a"); return seed; }
            public ValueTask<T> ReadAsync<T>(T seed, bool fresh = false, CancellationToken token = default) => new(seed);
        }
        class User
        {
            async Task M(Store store)
            {
                await Task.Yield();
                await store.LoadAsync("a", CancellationToken.None);
                await store.ReadAsync<long>(5);
            }
            async Task N(Store store, CancellationToken stop)
            {
                await Task.Yield();
                await store.LoadAsync("a", stop);
                await store.ReadAsync(5, token: stop);
            }
        }
        """);

    [Fact]
    public Task Without_the_implicit_usings_names_become_qualified_only_where_needed() => Fixes(
        """
        using System.Threading;
        class Poller
        {
            async System.Threading.Tasks.Task RunAsync()
            {
                Thread.[|Sleep|](millisecondsTimeout: 10);
            }
        }
        """,
        """
        using System.Threading;
        using System.Threading.Tasks;
        class Poller
        {
            async System.Threading.Tasks.Task RunAsync()
            {
                await Task.Delay(10);
            }
        }
        """,
        languageVersion: LanguageVersion.CSharp7_3);

    [Fact]
    public Task Calls_a_person_must_rewrite_keep_their_shape() => Fixes(
        """
        class C
        {
            async Task M(Stream? stream, Thread thread, System.Diagnostics.Process process, byte[] buffer)
            {
                await Task.Yield();
                stream?.[|Flush|]();
                thread.[|Join|]();
                process.[|WaitForExit|](500);
            }
            async Task N(Stream stream, byte[] buffer)
            {
                await Task.Yield();
                Span<byte> head = buffer;
                stream.[|Flush|]();
                head.Clear();
            }
        }
        """,
        """
        class C
        {
            async Task M(Stream? stream, Thread thread, System.Diagnostics.Process process, byte[] buffer)
            {
                await Task.Yield();
                stream?.[|Flush|]();
                thread.[|Join|]();
                process.[|WaitForExit|](500);
            }
            async Task N(Stream stream, byte[] buffer)
            {
                await Task.Yield();
                Span<byte> head = buffer;
                stream.[|Flush|]();
                head.Clear();
            }
        }
        """);

    [Fact]
    public Task A_join_after_the_signal_is_a_suggestion() => Flags(
        """
        class C
        {
            async Task M(SemaphoreSlim done)
            {
                var thread = new Thread(() => { Console.WriteLine(); done.Release(); });
                thread.Start();
                await done.WaitAsync().ConfigureAwait(false);
                thread.[|Join|]();
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_join_without_a_signal_is_flagged() => Flags(
        """
        class C
        {
            async Task M(Thread thread)
            {
                await Task.Yield();
                thread.Start();
                thread.[|Join|]();
            }
        }
        """);

    [Fact]
    public Task Reading_what_was_buffered_is_a_suggestion() => Flags(
        """
        abstract class Buffered : Stream { public abstract Task<bool> EnsureBufferedAsync(int count, CancellationToken token); }
        class Parts(Buffered inner)
        {
            private readonly Buffered _inner = inner;
            async Task<int> ReadAsync(byte[] buffer, CancellationToken token)
            {
                if (!await _inner.EnsureBufferedAsync(4, token))
                    return 0;
                if (buffer.Length > 2)
                {
                    return _inner.[|Read|](buffer, 0, 2);
                }
                return 1;
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Reading_after_other_awaits_is_flagged() => Flags(
        """
        abstract class Buffered : Stream { public abstract Task<bool> EnsureBufferedAsync(int count, CancellationToken token); }
        class Parts(Buffered inner, Buffered other)
        {
            private readonly Buffered _inner = inner;
            private readonly Buffered _other = other;
            async Task<int> ReadAsync(byte[] buffer, CancellationToken token)
            {
                await _inner.FlushAsync(token);
                await _other.EnsureBufferedAsync(4, token);
                var read = _inner.[|Read|](buffer, 0, 2);
                await _inner.EnsureBufferedAsync(4, token);
                return read;
            }
        }
        """);

    [Fact]
    public Task Blocking_calls_in_the_shapes_of_newer_versions_are_flagged() => Flags(
        """
        namespace Shop;
        class Import(string path)
        {
            public async Task<string> Load()
            {
                await Task.Yield();
                await using var stream = new FileStream(path, FileMode.Open);
                stream.[|Flush|]();
                var load = async static (string name) => { await Task.Yield(); return File.[|ReadAllText|](name); };
                string[] parts = [await load(path), File.[|ReadAllText|](path)];
                return parts switch { [var only] => only, [.., var last] => last + File.[|ReadAllText|](last), _ => "" };
                async ValueTask Local() { Thread.[|Sleep|](1); await Task.Yield(); }
            }
        }
        static class Extensions
        {
            extension(Import import)
            {
                public async Task Pause() { await Task.Yield(); Thread.[|Sleep|](10); }
            }
        }
        """);
}
