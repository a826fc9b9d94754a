using Assay.Analyzers.Rules.Async;
using Assay.CodeFixes.Rules.Async;
using Assay.TestKit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Analyzers.Tests.Rules.Async;

public sealed class TokenNotForwardedTests : RuleTests<TokenNotForwarded, TokenNotForwardedFix>
{
    [Fact]
    public Task An_omitted_optional_token_is_flagged() => Flags(
        """
        class Importer
        {
            async Task<string> LoadAsync(string path, SemaphoreSlim gate, CancellationToken {|#0:token|})
            {
                await Task.[|Delay|](100);
                return "";
            }
        }
        """,
        messages: ["'Delay' is not given 'token' and goes on after it is cancelled"]);

    [Fact]
    public Task Optional_parameters_and_overloads_are_flagged() => Flags(
        """
        using System.Data.Common;
        class Importer
        {
            Task<int> CountAsync(string a, CancellationToken stop = default) => Task.FromResult(1);
            void Crunch(int n, bool fast = false, CancellationToken stop = default) { }
            async Task RunAsync(string path, HttpClient client, Stream stream, byte[] buffer, SemaphoreSlim gate, DbCommand command, TextReader reader, CancellationToken token)
            {
                await Task.[|Delay|](100);
                await File.[|ReadAllTextAsync|](path);
                await client.[|GetAsync|](path);
                await stream.[|ReadAsync|](buffer, 0, 1);
                await gate.[|WaitAsync|]();
                using var rows = await command.[|ExecuteReaderAsync|]();
                while (await rows.[|ReadAsync|]()) { }
                await reader.[|ReadLineAsync|]();
                await reader.[|ReadLineAsync|]().ConfigureAwait(false);
                await CountAsync("a", token);
                await [|CountAsync|]("a");
                var started = [|CountAsync|]("b");
                [|Crunch|](1);
                await client?.[|GetStringAsync|](path)!;
                await System.Text.Json.JsonSerializer.[|SerializeAsync|](stream, path);
                await Parallel.[|ForEachAsync|](buffer, async (b, stop) => await Task.Delay(b, stop));
            }
            Task<int> Pass(CancellationToken token) => [|CountAsync|]("c");
            void Sync(ManualResetEventSlim gate, CancellationToken token) => gate.[|Wait|]();
        }
        """);

    [Fact]
    public Task Entity_framework_calls_are_flagged() => Flags(
        """
        using Microsoft.EntityFrameworkCore;
        class Order { public int Id { get; set; } }
        class Shop : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        class Checkout(Shop db)
        {
            async Task RunAsync(int id, CancellationToken token)
            {
                var order = await db.Orders.[|FindAsync|](id);
                var all = await db.Orders.[|ToListAsync|]();
                await db.[|SaveChangesAsync|]();
                await db.Orders.FindAsync([id], token);
                await db.Orders.FindAsync(id, token);
                await foreach (var each in [|db.Orders.AsAsyncEnumerable()|]) { }
            }
        }
        """);

    [Fact]
    public Task Every_function_with_a_token_is_flagged() => Flags(
        """
        class C
        {
            async Task M()
            {
                await Local(default);
                async Task Local(CancellationToken inner) => await Task.[|Delay|](1);
                Func<CancellationToken, Task> f = async stop => await Task.[|Delay|](1);
                await f(default);
                await Parallel.ForEachAsync(new[] { 1 }, async (n, each) => await Task.[|Delay|](n));
                Func<CancellationToken, Task> g = static stop => Task.[|Delay|](1);
            }
            async Task N(CancellationToken token)
            {
                await Local();
                await Task.Run(async () => await Task.[|Delay|](1), token);
                await Task.WhenAll(new[] { 1 }.Select(async n => await Task.[|Delay|](n)));
                var later = Task.Run(() => Task.[|Delay|](1), token);
                await later;
                async Task Local() => await Task.[|Delay|](1);
            }
        }
        """,
        messages:
        [
            "'Delay' is not given 'inner' and goes on after it is cancelled",
            "'Delay' is not given 'stop' and goes on after it is cancelled",
            "'Delay' is not given 'each' and goes on after it is cancelled",
            "'Delay' is not given 'stop' and goes on after it is cancelled",
            "'Delay' is not given 'token' and goes on after it is cancelled",
            "'Delay' is not given 'token' and goes on after it is cancelled",
            "'Delay' is not given 'token' and goes on after it is cancelled",
            "'Delay' is not given 'token' and goes on after it is cancelled",
        ]);

    [Fact]
    public Task The_linked_token_is_preferred() => Flags(
        """
        class C
        {
            async Task M(CancellationToken token)
            {
                using var timeout = CancellationTokenSource.CreateLinkedTokenSource(token);
                timeout.CancelAfter(1000);
                await Task.[|Delay|](1);
                using (var inner = CancellationTokenSource.CreateLinkedTokenSource(token, timeout.Token))
                {
                    await Task.[|Delay|](1);
                }
                var both = timeout.Token;
                await Task.[|Delay|](1);
            }
        }
        """,
        messages:
        [
            "'Delay' is not given 'timeout.Token' and goes on after it is cancelled",
            "'Delay' is not given 'inner.Token' and goes on after it is cancelled",
            "'Delay' is not given 'both' and goes on after it is cancelled",
        ]);

    [Fact]
    public Task The_token_of_a_context_is_flagged() => Flags(
        """
        using Grpc.Core;
        using Microsoft.AspNetCore.Http;
        class Middleware(HttpClient client)
        {
            public async Task InvokeAsync(HttpContext context) => await client.[|GetAsync|]("/rates");
            public async Task Handle(HttpRequest request) => await client.[|GetAsync|]("/rates");
            public async Task<string> Price(string request, ServerCallContext call) => await client.[|GetStringAsync|]("/rates");
        }
        class Worker : Microsoft.Extensions.Hosting.BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                    await Task.[|Delay|](1000);
            }
        }
        // ==== Grpc.cs
        namespace Grpc.Core { public abstract class ServerCallContext { public CancellationToken CancellationToken => default; } }
        """,
        messages:
        [
            "'GetAsync' is not given 'context.RequestAborted' and goes on after it is cancelled",
            "'GetAsync' is not given 'request.HttpContext.RequestAborted' and goes on after it is cancelled",
            "'GetStringAsync' is not given 'call.CancellationToken' and goes on after it is cancelled",
            "'Delay' is not given 'stoppingToken' and goes on after it is cancelled",
        ]);

    [Fact]
    public Task The_token_a_controller_inherits_is_flagged_as_suggestion() => Flags(
        """
        using Microsoft.AspNetCore.Mvc;
        class RatesController(HttpClient client) : ControllerBase
        {
            public async Task<string> Get() => await client.[|GetStringAsync|]("/rates");
            static Task Pause() => Task.Delay(1);
        }
        """,
        messages: ["'GetStringAsync' is not given 'HttpContext.RequestAborted' and goes on after it is cancelled"],
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Task_Run_and_commits_are_flagged_as_suggestion() => Flags(
        """
        using System.Data.Common;
        class C
        {
            async Task M(DbTransaction transaction, CancellationToken token)
            {
                await Task.[|Run|](() => { });
                await Task.Factory.[|StartNew|](() => { });
                await transaction.[|CommitAsync|]();
            }
            async Task StopAsync(SemaphoreSlim gate, CancellationToken token) => await gate.[|WaitAsync|]();
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Await_foreach_without_the_token_is_flagged() => Flags(
        """
        class C
        {
            readonly IAsyncEnumerable<int> _rows = null!;
            IAsyncEnumerable<int> Plain() => _rows;
            async Task M(IAsyncEnumerable<int> given, System.Threading.Channels.ChannelReader<int> queue, CancellationToken token)
            {
                await foreach (var n in [|given|]) { }
                await foreach (var n in [|_rows|].ConfigureAwait(false)) { }
                await foreach (var n in [|this.Plain()|]) { }
                await foreach (var n in queue.[|ReadAllAsync|]()) { }
            }
        }
        """);

    [Fact]
    public Task Await_foreach_that_has_the_token_is_ignored() => Ignores(
        """
        using System.Runtime.CompilerServices;
        class C
        {
            readonly IAsyncEnumerable<int> _rows = null!;
            async IAsyncEnumerable<int> Rows([EnumeratorCancellation] CancellationToken token = default) { await Task.Delay(1, token); yield return 1; }
            async IAsyncEnumerable<int> Deaf() { await Task.Yield(); yield return 1; }
            IAsyncEnumerable<int> Required(CancellationToken token) => _rows;
            async Task M(IAsyncEnumerable<int> given, System.Threading.Channels.ChannelReader<int> queue, CancellationToken token)
            {
                await foreach (var n in given.WithCancellation(token)) { }
                await foreach (var n in given.WithCancellation(token).ConfigureAwait(false)) { }
                await foreach (var n in given.ConfigureAwait(false).WithCancellation(token)) { }
                await foreach (var n in Rows(token)) { }
                await foreach (var n in Rows().WithCancellation(token)) { }
                await foreach (var n in Required(token)) { }
                await foreach (var n in Required(token).Where(n => n > 1)) { }
                await foreach (var n in queue.ReadAllAsync(token)) { }
                await foreach (var n in Deaf()) { }
                var rows = Required(token).Where(n => n > 1);
                await foreach (var n in rows) { }
                await foreach (var n in given.WithCancellation(CancellationToken.None)) { }
                foreach (var n in new[] { 1 }) { }
            }
            async Task N(IAsyncEnumerable<int> given) { await foreach (var n in given) { } }
        }
        """);

    [Fact]
    public Task A_token_that_is_passed_is_ignored() => Ignores(
        """
        class Options { public CancellationToken CancellationToken { get; init; } }
        class C
        {
            Task Send(Options options, CancellationToken token = default) => Task.CompletedTask;
            Task Two(CancellationToken first = default, CancellationToken second = default) => Task.CompletedTask;
            async Task M(CancellationTokenSource source, CancellationToken token)
            {
                await Task.Delay(1, token);
                await Task.Delay(1, cancellationToken: token);
                await Task.Delay(1, CancellationToken.None);
                await Task.Delay(1, default);
                await Task.Delay(1, source.Token);
                await Send(new Options { CancellationToken = token });
                await Parallel.ForEachAsync(new[] { 1 }, new ParallelOptions { CancellationToken = token }, (n, stop) => default);
                await Task.Delay(1).WaitAsync(token);
                await Two(token);
                await Two();
            }
            async Task N() { await Task.Delay(1); }
        }
        """);

    [Fact]
    public Task Cleanup_is_ignored() => Ignores(
        """
        using System.Data.Common;
        class C
        {
            Task SaveAsync(CancellationToken token = default) => Task.CompletedTask;
            Task StopAsync(CancellationToken token = default) => Task.CompletedTask;
            async Task M(DbTransaction transaction, CancellationToken token)
            {
                try { await Task.Delay(1, token); }
                catch (InvalidOperationException) { await transaction.RollbackAsync(); throw; }
                catch (OperationCanceledException) { await SaveAsync(); throw; }
                finally { await SaveAsync(); }
                try { await Task.Delay(1, token); }
                catch (Exception) { await SaveAsync(); throw; }
                try { await Task.Delay(1, token); }
                catch { await SaveAsync(); throw; }
                await StopAsync();
            }
            async Task N(CancellationToken token)
            {
                while (!token.IsCancellationRequested)
                    await Task.Delay(1, token);
                await SaveAsync();
            }
            async Task O(CancellationToken token)
            {
                if (token.IsCancellationRequested)
                {
                    await SaveAsync();
                    return;
                }
                if (!token.IsCancellationRequested)
                    await Task.Delay(1, token);
                else
                    await SaveAsync();
                using var registration = token.Register(() => SaveAsync());
            }
        }
        """);

    [Fact]
    public Task A_catch_of_something_else_is_flagged() => Flags(
        """
        class C
        {
            Task SaveAsync(CancellationToken token = default) => Task.CompletedTask;
            async Task M(CancellationToken token)
            {
                try { await Task.Delay(1, token); }
                catch (IOException) { await [|SaveAsync|](); }
                try { await Task.Delay(1, token); }
                catch (Exception e) when (e is not OperationCanceledException) { await [|SaveAsync|](); }
                try { await Task.Delay(1, token); }
                catch (OperationCanceledException) { throw; }
                catch (Exception) { await [|SaveAsync|](); }
            }
        }
        """);

    [Fact]
    public Task Lambdas_that_outlive_the_method_are_ignored() => Ignores(
        """
        class C
        {
            public event Func<Task>? Changed;
            Func<Task>? _kept;
            Task? _shared;
            Task SaveAsync(CancellationToken token = default) => Task.CompletedTask;
            void Register(Func<Task> work) { }
            void M(CancellationToken token)
            {
                Changed += async () => await SaveAsync();
                _kept = () => SaveAsync();
                Register(() => SaveAsync());
                _ = Task.Run(() => SaveAsync(), token);
                Task.Run(async () => await SaveAsync(), token);
                Task.Run(() => { });
                _ = SaveAsync();
                SaveAsync();
                SaveAsync().ContinueWith(t => { });
                _shared ??= SaveAsync();
                _shared = SaveAsync();
                using var timer = new Timer(async _ => await SaveAsync(), null, 0, 1);
                Func<Task> apart = static () => Task.Delay(1);
                static Task Local() => Task.Delay(1);
            }
        }
        """);

    [Fact]
    public Task Overloads_that_cannot_be_called_are_ignored() => Ignores(
        """
        class Store
        {
            public Task LoadAsync(int a) => Task.CompletedTask;
            [Obsolete] public Task LoadAsync(int a, CancellationToken token) => Task.CompletedTask;
            public Task ReadAsync(int a) => Task.CompletedTask;
            private Task ReadAsync(int a, CancellationToken token) => ReadAsync(a);
            public Task FindAsync(int a) => Task.CompletedTask;
            public Task FindAsync(string a, CancellationToken token) => Task.CompletedTask;
            public Task<int> CountAsync() => Task.FromResult(1);
            public Task<string> CountAsync(CancellationToken token) => Task.FromResult("");
            public void Each(params object[] items) { }
            public void Each(CancellationToken token, string first, params object[] items) { }
        }
        class User
        {
            async Task M(Store store, TextReader reader, CancellationToken token)
            {
                await store.LoadAsync(1);
                await store.ReadAsync(1);
                await store.FindAsync(1);
                await store.CountAsync();
                store.Each(1);
                Task<string?> line = reader.ReadLineAsync();
                await line;
            }
        }
        """);

    [Fact]
    public Task A_base_call_in_its_own_override_is_ignored() => Ignores(
        """
        class Numbers : MemoryStream
        {
            public override Task FlushAsync(CancellationToken token) => FlushCoreAsync(token);
            Task FlushCoreAsync(CancellationToken token) => base.FlushAsync();
        }
        class Wide : HttpContent
        {
            protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken token) => Core(token);
            Task<Stream> Core(CancellationToken token) => base.CreateContentReadStreamAsync();
            protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => Task.CompletedTask;
            protected override bool TryComputeLength(out long length) { length = 0; return false; }
        }
        class Store
        {
            public Task LoadAsync(int a) => Task.CompletedTask;
            public Task LoadAsync(int a, CancellationToken token) { token.ThrowIfCancellationRequested(); return LoadAsync(a); }
        }
        """);

    [Fact]
    public Task Task_Run_of_work_that_has_the_token_is_ignored() => Ignores(
        """
        class C
        {
            async Task M(CancellationToken token) => await Task.Run(() => Task.Delay(1, token));
        }
        """);

    [Fact]
    public Task Other_meanings_of_a_token_are_ignored() => Ignores(
        """
        using Microsoft.AspNetCore.Http;
        class C
        {
            async Task M(TaskCompletionSource done, Task task, SemaphoreSlim gate, Stream memory, CancellationToken token)
            {
                done.TrySetCanceled();
                task.Wait();
                _ = task.ContinueWith(t => { });
                if (await gate.WaitAsync(0)) { }
                var stream = new MemoryStream();
                await stream.FlushAsync();
                await new StringReader("").ReadLineAsync();
                Thread.Sleep(1);
                gate.Wait();
                await task.Then(() => { });
                using var body = new StringContent("").ReadAsStream();
            }
            Task Respond(HttpContext context) => context.Response.WriteAsync("ok");
            Task Read(HttpContext context) => context.Request.ReadFormAsync();
            Task Drain(HttpContext context, Stream to) => context.Request.Body.CopyToAsync(to);
            Task Fill(HttpContext context, Stream from) => from.CopyToAsync(context.Response.Body);
            Task Flush(HttpContext context, TextWriter page) => page.FlushAsync();
            Task Copy(HttpContext context, Stream from) => context.Response.Body.WriteAsync(new byte[1], 0, 1);
        }
        static class Continuations
        {
            public static async Task Then(this Task task, Action next, CancellationToken token = default) { await task; next(); }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { async Task M(CancellationToken token) { await Task.Delay(; await foreach (var x in ) ; await missing.Load(; } }", allowErrors: true);

    [Fact]
    public Task The_token_becomes_an_argument() => Fixes(
        """
        using Microsoft.EntityFrameworkCore;
        class Importer(DbContext db)
        {
            Task<int> CountAsync(string a, bool deep = false, CancellationToken stop = default) => Task.FromResult(1);
            async Task RunAsync(string path, HttpClient client, Stream stream, SemaphoreSlim gate, CancellationToken token)
            {
                await Task.[|Delay|](TimeSpan.FromSeconds(1)); // breathe
                await client.[|PostAsync|](
                    path,
                    new StringContent("x")); // sent
                await client.[|PostAsync|](
                    path,
                    // the body
                    new StringContent("x") // utf-8
                );
                await [|CountAsync|](a: path);
                await [|CountAsync|](path);
                await gate.[|WaitAsync|]();
                await System.Text.Json.JsonSerializer.[|SerializeAsync|](stream, path);
                await db.[|FindAsync<string>|](1, path);
                await client?.[|GetStringAsync|](path)!;
                await Parallel.[|ForEachAsync|](path, async (c, stop) => await Task.Delay(c, stop));
                await [|CountAsync|](await client.[|GetStringAsync|](path));
            }
        }
        """,
        """
        using Microsoft.EntityFrameworkCore;
        class Importer(DbContext db)
        {
            Task<int> CountAsync(string a, bool deep = false, CancellationToken stop = default) => Task.FromResult(1);
            async Task RunAsync(string path, HttpClient client, Stream stream, SemaphoreSlim gate, CancellationToken token)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), token); // breathe
                await client.PostAsync(
                    path,
                    new StringContent("x"),
                    token); // sent
                await client.PostAsync(
                    path,
                    // the body
                    new StringContent("x"), // utf-8
                    token
                );
                await CountAsync(a: path, stop: token);
                await CountAsync(path, stop: token);
                await gate.WaitAsync(token);
                await System.Text.Json.JsonSerializer.SerializeAsync(stream, path, cancellationToken: token);
                await db.FindAsync<string>([1, path], token);
                await client?.GetStringAsync(path, token)!;
                await Parallel.ForEachAsync(path, token, async (c, stop) => await Task.Delay(c, stop));
                await CountAsync(await client.GetStringAsync(path, token), stop: token);
            }
        }
        """,
        title: "Pass 'token'");

    [Fact]
    public Task The_linked_token_and_that_of_a_context_become_arguments() => Fixes(
        """
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.Mvc;
        class Gateway(HttpClient client)
        {
            async Task<string> RateAsync(CancellationToken @default)
            {
                using var timeout = CancellationTokenSource.CreateLinkedTokenSource(@default);
                return await client.[|GetStringAsync|]("/rate");
            }
            Task PauseAsync(CancellationToken @default) => Task.[|Delay|](1);
            async Task InvokeAsync(HttpContext context) => await client.[|GetAsync|]("/rate");
        }
        class RatesController(HttpClient client) : ControllerBase
        {
            public Task<string> Get() => client.[|GetStringAsync|]("/rate");
        }
        """,
        """
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.Mvc;
        class Gateway(HttpClient client)
        {
            async Task<string> RateAsync(CancellationToken @default)
            {
                using var timeout = CancellationTokenSource.CreateLinkedTokenSource(@default);
                return await client.GetStringAsync("/rate", timeout.Token);
            }
            Task PauseAsync(CancellationToken @default) => Task.Delay(1, @default);
            async Task InvokeAsync(HttpContext context) => await client.GetAsync("/rate", context.RequestAborted);
        }
        class RatesController(HttpClient client) : ControllerBase
        {
            public Task<string> Get() => client.GetStringAsync("/rate", HttpContext.RequestAborted);
        }
        """);

    [Fact]
    public Task An_await_foreach_becomes_one_with_the_token() => Fixes(
        """
        class C
        {
            IAsyncEnumerable<int> _rows = null!;
            async Task M(IAsyncEnumerable<int> given, IAsyncEnumerable<int>? other, object boxed, CancellationToken token)
            {
                await foreach (var n in [|given|]) { }
                await foreach (var n in [|_rows|].ConfigureAwait(false)) { }
                await foreach (var n in [|other ?? given|] /* both */) { }
                await foreach (var n in [|Plain()|]) { }
            }
            IAsyncEnumerable<int> Plain() => _rows;
        }
        """,
        """
        class C
        {
            IAsyncEnumerable<int> _rows = null!;
            async Task M(IAsyncEnumerable<int> given, IAsyncEnumerable<int>? other, object boxed, CancellationToken token)
            {
                await foreach (var n in given.WithCancellation(token)) { }
                await foreach (var n in _rows.WithCancellation(token).ConfigureAwait(false)) { }
                await foreach (var n in (other ?? given).WithCancellation(token) /* both */) { }
                await foreach (var n in Plain().WithCancellation(token)) { }
            }
            IAsyncEnumerable<int> Plain() => _rows;
        }
        """,
        title: "Pass 'token' with 'WithCancellation'");

    [Fact]
    public Task An_array_of_keys_is_written_out_in_older_languages_becomes_new_array() => Fixes(
        """
        using System.Threading;
        using System.Threading.Tasks;
        class C
        {
            async Task M(Microsoft.EntityFrameworkCore.DbContext db, CancellationToken token)
            {
                await db.[|FindAsync<string>|](1, "a");
            }
        }
        """,
        """
        using System.Threading;
        using System.Threading.Tasks;
        class C
        {
            async Task M(Microsoft.EntityFrameworkCore.DbContext db, CancellationToken token)
            {
                await db.FindAsync<string>(new object[] { 1, "a" }, token);
            }
        }
        """,
        languageVersion: LanguageVersion.CSharp7_3);

    [Fact]
    public Task Two_tokens_leave_the_choice_to_a_person() => Fixes(
        """
        class C
        {
            async Task M(CancellationToken request, CancellationToken shutdown)
            {
                await Task.[|Delay|](1);
            }
        }
        """,
        """
        class C
        {
            async Task M(CancellationToken request, CancellationToken shutdown)
            {
                await Task.[|Delay|](1);
            }
        }
        """);

    [Fact]
    public Task A_bounded_wait_for_a_task_is_a_suggestion() => Flags(
        """
        class C
        {
            async Task M(Task closing, CancellationToken token)
            {
                token.ThrowIfCancellationRequested();
                await closing.[|WaitAsync|](TimeSpan.FromSeconds(1));
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Work_that_the_token_aborts_by_a_registration_is_ignored() => Ignores(
        """
        using System.Net;
        using System.Net.Sockets;
        class C
        {
            async Task M(IPAddress address, CancellationToken token)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                using (token.Register(s => ((Socket)s!).Dispose(), socket))
                {
                    await socket.ConnectAsync(address, 80);
                }
            }
            async Task N(Socket socket, IPAddress address, CancellationToken token)
            {
                using var registration = token.UnsafeRegister(_ => socket.Dispose(), null);
                await socket.ConnectAsync(address, 80);
            }
        }
        """);

    [Fact]
    public Task A_registration_of_something_else_is_flagged() => Flags(
        """
        using System.Net;
        using System.Net.Sockets;
        class C
        {
            async Task M(Socket socket, Socket other, IPAddress address, CancellationToken token)
            {
                using (token.Register(s => ((Socket)s!).Dispose(), other))
                {
                    await socket.[|ConnectAsync|](address, 80);
                }
                using var late = token.Register(() => socket.Dispose());
            }
        }
        """);

    [Fact]
    public Task A_stream_made_with_the_token_on_every_way_is_ignored() => Ignores(
        """
        class Rows
        {
            IAsyncEnumerable<int> First(CancellationToken token) => throw new NotSupportedException();
            async Task<int> SumAsync(bool isFirst, CancellationToken token)
            {
                IAsyncEnumerable<int> rows;
                if (isFirst)
                    rows = First(token);
                else
                    rows = First(token);
                IAsyncEnumerable<int>? late = null;
                try { late = First(token); } catch (NotSupportedException) { }
                var sum = 0;
                await foreach (var row in rows.ConfigureAwait(false))
                    sum += row;
                await foreach (var row in late!)
                    sum += row;
                return sum;
            }
        }
        """);

    [Fact]
    public Task A_stream_whose_enumerator_gets_the_token_is_ignored() => Ignores(
        """
        class Rows
        {
            IAsyncEnumerable<int> Read(CancellationToken token = default) => throw new NotSupportedException();
            async Task<bool> AnyAsync(CancellationToken token)
            {
                await using var rows = Read().GetAsyncEnumerator(token);
                return await rows.MoveNextAsync();
            }
            async Task<int> OtherAsync(CancellationToken token)
            {
                await using var rows = Read(token).GetAsyncEnumerator();
                return await rows.MoveNextAsync() ? rows.Current : 0;
            }
        }
        """);
}
