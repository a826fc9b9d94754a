using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class ReReadAfterCheckTests : RuleTests<ReReadAfterCheck, ReReadAfterCheckFix>
{
    [Fact]
    public Task Code_that_is_being_typed_is_looked_at() => Flags(
        """
        class Feed
        {
            volatile Stream? _stream;
            public void Drop() { _stream = null; }
            public void Send(byte b)
            {
                if (_stream != null) [|_stream|].WriteByte(b);
                _stream.
            }
        }
        """,
        allowErrors: true);

    [Fact]
    public Task A_volatile_field_that_is_emptied_elsewhere_is_flagged() => Flags(
        """
        class Feed
        {
            volatile Stream? _stream;
            public void Drop() { {|#1:_stream|} = null; }
            public void Send(byte b)
            {
                if ({|#0:_stream|} != null)
                {
                    [|_stream|].WriteByte(b);
                    _stream.Flush();
                }
            }
        }
        """,
        messages: ["'_stream' was checked at line 7 and is read again here; 'Drop' (line 4) can set it to null in between: '_stream' is volatile"]);

    [Fact]
    public Task An_early_return_before_the_use_is_flagged() => Flags(
        """
        static class Feed
        {
            static List<int>? s_numbers;
            public static void Fill(List<int> numbers) => s_numbers = numbers;
            public static void Forget() => s_numbers = null;
            public static int Count()
            {
                if (s_numbers is null) return 0;
                return [|s_numbers|].Count;
            }
        }
        """);

    [Fact]
    public Task A_condition_that_goes_on_with_the_field_is_flagged() => Flags(
        """
        class Feed
        {
            volatile string? _name;
            public void Drop() => _name = null;
            public bool IsLong() => _name != null && [|_name|].Length > 5;
        }
        """);

    [Fact]
    public Task A_field_that_only_Dispose_empties_is_a_suggestion() => Flags(
        """
        class Feed : IDisposable
        {
            volatile Stream? _stream = new MemoryStream();
            public void Dispose() { _stream = null; }
            public void Send(byte b)
            {
                if (_stream != null) [|_stream|].WriteByte(b);
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task One_read_is_ignored() => Ignores(
        """
        class Feed
        {
            volatile Stream? _stream;
            public void Drop() { _stream = null; }
            public void Send(byte b) => _stream?.WriteByte(b);
            public void Local(byte b)
            {
                var stream = _stream;
                if (stream != null) stream.WriteByte(b);
            }
            public void Pattern(byte b)
            {
                if (_stream is { } stream) stream.WriteByte(b);
            }
        }
        """);

    [Fact]
    public Task A_field_that_is_never_emptied_is_ignored() => Ignores(
        """
        class Feed
        {
            volatile Stream? _stream;
            public void Open(Stream stream) => _stream = stream;
            public void Send(byte b)
            {
                if (_stream != null) _stream.WriteByte(b);
            }
        }
        """);

    [Fact]
    public Task Check_and_use_under_the_lock_are_ignored() => Ignores(
        """
        class Feed
        {
            readonly Lock _gate = new();
            Stream? _stream;
            public void Drop() { lock (_gate) _stream = null; }
            public void Send(byte b)
            {
                lock (_gate)
                {
                    if (_stream != null) _stream.WriteByte(b);
                }
            }
        }
        """);

    [Fact]
    public Task An_object_that_nobody_shares_is_ignored() => Ignores(
        """
        class Feed
        {
            Stream? _stream;
            public void Drop() { _stream = null; }
            public void Send(byte b)
            {
                if (_stream != null) _stream.WriteByte(b);
            }
        }
        """);

    [Fact]
    public Task The_function_that_empties_the_field_itself_is_ignored() => Ignores(
        """
        class Feed
        {
            volatile Stream? _stream;
            public void Open(Stream stream) => _stream = stream;
            public void Close()
            {
                if (_stream != null)
                {
                    _stream.Flush();
                    _stream = null;
                }
            }
        }
        """);

    [Fact]
    public Task A_use_after_the_function_assigned_it_is_ignored() => Ignores(
        """
        class Feed
        {
            volatile Stream? _stream;
            public void Drop() => _stream = null;
            public void Send(byte b)
            {
                if (_stream != null)
                {
                    _stream = new MemoryStream();
                    _stream.WriteByte(b);
                }
            }
        }
        """);

    [Fact]
    public Task A_field_that_only_tests_empty_is_ignored() => Ignores(
        """
        class Feed
        {
            volatile Stream? _stream;
            public void Open(Stream stream) => _stream = stream;
            internal void ResetForTest() => _stream = null;
            public void Send(byte b)
            {
                if (_stream != null) _stream.WriteByte(b);
            }
        }
        """);

    [Fact]
    public Task A_field_with_a_lock_elsewhere_is_a_suggestion() => Flags(
        """
        class Feed
        {
            readonly Lock _gate = new();
            Stream? _stream;
            public void Drop() { lock (_gate) _stream = null; }
            public void Send(byte b)
            {
                if (_stream != null) [|_stream|].WriteByte(b);
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task The_field_is_read_once() => Fixes(
        """
        class Feed
        {
            private volatile Stream? _stream;

            public void Drop() => _stream = null;

            public void Send(byte b)
            {
                // Only when somebody listens.
                if (_stream != null)
                {
                    [|_stream|].WriteByte(b);
                    _stream.Flush();
                }
            }
        }
        """,
        """
        class Feed
        {
            private volatile Stream? _stream;

            public void Drop() => _stream = null;

            public void Send(byte b)
            {
                // Only when somebody listens.
                var stream = _stream;
                if (stream != null)
                {
                    stream.WriteByte(b);
                    stream.Flush();
                }
            }
        }
        """);

    [Fact]
    public Task An_early_return_reads_the_field_once() => Fixes(
        """
        static class Feed
        {
            private static List<int>? s_numbers;

            public static void Fill(List<int> numbers) => s_numbers = numbers;

            public static void Forget() => s_numbers = null;

            public static int Count()
            {
                if (s_numbers is null)
                    return 0;
                return [|s_numbers|].Count;
            }
        }
        """,
        """
        static class Feed
        {
            private static List<int>? s_numbers;

            public static void Fill(List<int> numbers) => s_numbers = numbers;

            public static void Forget() => s_numbers = null;

            public static int Count()
            {
                var numbers = s_numbers;
                if (numbers is null)
                    return 0;
                return numbers.Count;
            }
        }
        """);

    [Fact]
    public Task One_thread_that_empties_and_reads_in_turn_is_ignored() => Ignores(
        """
        class Builder
        {
            Stream? _log;
            Task? _work;
            public void Start(Stream log)
            {
                _log = log;
                _work = Task.Run(Work);
            }
            void Work()
            {
                Build();
                Report();
            }
            void Build() { _log = null; }
            void Report()
            {
                if (_log != null) _log.Flush();
            }
        }
        """);
}
