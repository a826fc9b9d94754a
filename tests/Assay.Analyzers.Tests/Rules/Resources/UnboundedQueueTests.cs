using Assay.Analyzers.Rules.Resources;
using Assay.CodeFixes.Rules.Resources;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Resources;

public sealed class UnboundedQueueTests : RuleTests<UnboundedQueue, UnboundedQueueFix>
{
    [Fact]
    public Task A_channel_without_a_bound_is_flagged() => Flags(
        """
        using System.Threading.Channels;
        using Microsoft.Extensions.DependencyInjection;
        class Jobs
        {
            private readonly Channel<string> _jobs = [|Channel.CreateUnbounded<string>()|];
            public Channel<int> Numbers { get; } = [|Channel.CreateUnbounded<int>(new UnboundedChannelOptions { SingleReader = true })|];
            private Channel<int>? _late;
            public Jobs() => _late = [|Channel.CreateUnbounded<int>()|];
            public void Add(string job) => _jobs.Writer.TryWrite(job);
            public IAsyncEnumerable<string> Read(CancellationToken token) => _jobs.Reader.ReadAllAsync(token);
            public int Late => _late is null ? 0 : 1;
            static void Register(IServiceCollection services)
            {
                services.AddSingleton([|Channel.CreateUnbounded<string>()|]);
                services.AddSingleton(_ => [|Channel.CreateUnbounded<int>()|]);
            }
        }
        """,
        messages:
        [
            Message("'_jobs'", "its reader"), Message("'Numbers'", "whoever reads it"), Message("'_late'", "whoever reads it"),
            Message("This channel", "whoever reads it"), Message("This channel", "whoever reads it"),
        ]);

    [Fact]
    public Task A_collection_without_a_bound_between_threads_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.Hosting;
        class Writer
        {
            private readonly BlockingCollection<string> _lines = [|new()|];
            public void Add(string line) => _lines.Add(line);
            void Run() { foreach (var line in _lines.GetConsumingEnumerable()) Console.WriteLine(line); }
        }
        class Mailer : BackgroundService
        {
            private readonly ConcurrentQueue<string> _mails = [|new ConcurrentQueue<string>()|];
            public void Send(string mail) => _mails.Enqueue(mail);
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    if (_mails.TryDequeue(out var mail)) Console.WriteLine(mail);
                    await Task.Delay(100, stoppingToken);
                }
            }
        }
        class Orders : ControllerBase
        {
            private static readonly ConcurrentQueue<int> s_orders = [|new()|];
            public void Post(int id) => s_orders.Enqueue(id);
            internal static bool Next(out int id) => s_orders.TryDequeue(out id);
        }
        """,
        messages: [Message("'_lines'", "its reader"), Message("'_mails'", "its reader"), Message("'s_orders'", "its reader")]);

    [Fact]
    public Task Bounded_queues_are_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        using System.Threading.Channels;
        using Microsoft.Extensions.Hosting;
        class Jobs : BackgroundService
        {
            private readonly Channel<string> _jobs = Channel.CreateBounded<string>(100);
            private readonly BlockingCollection<string> _lines = new(100);
            private readonly BlockingCollection<string> _stack = new(new ConcurrentStack<string>(), 100);
            private readonly ConcurrentQueue<string> _mails = new();
            private readonly Channel<int> _counted = Channel.CreateUnbounded<int>();
            public bool Send(string mail)
            {
                if (_mails.Count >= 1000) return false;
                _mails.Enqueue(mail);
                return true;
            }
            public bool Add(int job) => _counted.Reader.Count < 100 && _counted.Writer.TryWrite(job);
            public void Line(string line) { _lines.Add(line); _stack.Add(line); }
            protected override Task ExecuteAsync(CancellationToken stoppingToken)
            {
                _mails.TryDequeue(out _);
                _lines.Take();
                _stack.Take();
                return _jobs.Writer.WriteAsync("", stoppingToken).AsTask();
            }
        }
        """);

    [Fact]
    public Task Queues_whose_writers_wait_are_ignored() => Ignores(
        """
        using System.Threading.Channels;
        record Job(string Text, TaskCompletionSource Done);
        class Jobs
        {
            private readonly Channel<Job> _jobs = Channel.CreateUnbounded<Job>();
            private readonly Channel<int> _slots = Channel.CreateUnbounded<int>();
            private readonly SemaphoreSlim _room = new(100);
            public async Task Run(string text)
            {
                var job = new Job(text, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                await _jobs.Writer.WriteAsync(job);
                await job.Done.Task;
            }
            readonly Channel<Job> _entries = Channel.CreateUnbounded<Job>();
            public Task Write(Job job)
            {
                _entries.Writer.TryWrite(job);
                return job.Done.Task;
            }
            readonly Channel<int> _pending = Channel.CreateUnbounded<int>();
            int _waiting, _pendingCapacity = 100;
            public bool Offer(int n) => Interlocked.Increment(ref _waiting) < _pendingCapacity && _pending.Writer.TryWrite(n);
            public async Task Take(int slot, CancellationToken token)
            {
                await _room.WaitAsync(token);
                await _slots.Writer.WriteAsync(slot, token);
            }
            public ValueTask<Job> Next(CancellationToken token) => _jobs.Reader.ReadAsync(token);
        }
        """);

    [Fact]
    public Task Queues_of_one_call_and_pools_are_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        using System.Threading.Channels;
        class C
        {
            private readonly ConcurrentQueue<byte[]> _pool = new();
            private readonly BlockingCollection<int> _onlyFilled = new();
            byte[] Rent() => _pool.TryDequeue(out var buffer) ? buffer : new byte[1024];
            void Return(byte[] buffer) => _pool.Enqueue(buffer);
            public void Fill(int n) => _onlyFilled.Add(n);
            async Task<int> Sum(IEnumerable<int> numbers)
            {
                var channel = Channel.CreateUnbounded<int>();
                foreach (var number in numbers) channel.Writer.TryWrite(number);
                channel.Writer.Complete();
                var sum = 0;
                await foreach (var number in channel.Reader.ReadAllAsync()) sum += number;
                return sum;
            }
        }
        """);

    [Fact]
    public Task A_scheduler_is_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        class Threads : TaskScheduler
        {
            private readonly BlockingCollection<Task> _tasks = new();
            protected override void QueueTask(Task task) => _tasks.Add(task);
            protected override bool TryExecuteTaskInline(Task task, bool queued) => false;
            protected override IEnumerable<Task> GetScheduledTasks() => _tasks;
            void Run() { foreach (var task in _tasks.GetConsumingEnumerable()) TryExecuteTask(task); }
        }
        """);

    [Fact]
    public Task Keys_of_a_user_and_writers_that_wait_are_ignored() => Ignores(
        """
        using System.Threading.Channels;
        interface IFuture { Task Completed { get; } }
        class Input
        {
            private readonly Channel<ConsoleKeyInfo> _keys = Channel.CreateUnbounded<ConsoleKeyInfo>();
            public void Press(ConsoleKeyInfo key) => _keys.Writer.TryWrite(key);
            public ValueTask<ConsoleKeyInfo> ReadAsync() => _keys.Reader.ReadAsync();
        }
        class Executor
        {
            private readonly Channel<IFuture> _work = Channel.CreateUnbounded<IFuture>();
            public async Task RunAsync(IFuture future)
            {
                await _work.Writer.WriteAsync(future);
                await future.Completed;
            }
            public ValueTask<IFuture> NextAsync() => _work.Reader.ReadAsync();
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "using System.Threading.Channels; using System.Collections.Concurrent; class C { Channel<int> _c = Channel.CreateUnbounded<int>; BlockingCollection<int> _b = new(; }", allowErrors: true);

    [Fact]
    public Task The_channel_becomes_bounded() => Fixes(
        """
        using System.Threading.Channels;
        class Jobs
        {
            private readonly Channel<string> _jobs = [|Channel.CreateUnbounded<string>()|]; // waiting
            private readonly Channel<int> _numbers = [|Channel.CreateUnbounded<int>(new UnboundedChannelOptions { SingleReader = true })|];
            public async Task Add(string job, CancellationToken token) => await _jobs.Writer.WriteAsync(job, token);
            public bool Add(int number) => _numbers.Writer.TryWrite(number);
        }
        """,
        """
        using System.Threading.Channels;
        class Jobs
        {
            private readonly Channel<string> _jobs = Channel.CreateBounded<string>(1000); // waiting
            private readonly Channel<int> _numbers = Channel.CreateBounded<int>(new BoundedChannelOptions(1000) { SingleReader = true });
            public async Task Add(string job, CancellationToken token) => await _jobs.Writer.WriteAsync(job, token);
            public bool Add(int number) => _numbers.Writer.TryWrite(number);
        }
        """,
        title: "Bound the channel to 1000 elements");

    [Fact]
    public Task A_channel_whose_writers_do_not_look_stays_as_it_is()
    {
        const string Source = """
            using System.Threading.Channels;
            class Jobs
            {
                private readonly Channel<string> _jobs = [|Channel.CreateUnbounded<string>()|];
                public void Add(string job) { _jobs.Writer.TryWrite(job); }
            }
            """;
        return Fixes(Source, Source);
    }

    private static string Message(string queue, string reader) =>
        $"{queue} has no bound: while {reader} is slower than its writers, it grows until the process has no memory left, and what waits in it is lost; bound it, so that writers wait or are refused";
}
