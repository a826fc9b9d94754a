using Assay.Analyzers.Rules.Errors;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.Errors;

public sealed class ThrowFromFinallyTests : RuleTests<ThrowFromFinally>
{
    [Fact]
    public Task A_throw_in_a_finally_is_flagged() => Flags(
        """
        using System.Diagnostics.CodeAnalysis;
        static class Throw
        {
            [DoesNotReturn] public static void ThrowClosed() => throw new InvalidOperationException();
        }
        class C
        {
            void M()
            {
                {|#0:try|} { Work(); }
                finally { {|ASSAY3007:throw new InvalidOperationException("closed");|} }
            }
            void N()
            {
                {|#1:try|} { Work(); }
                finally { Work(); {|ASSAY3007:ThrowIt()|}; }
                {|#2:try|} { Work(); }
                finally { {|ASSAY3007:Throw.ThrowClosed()|}; }
            }
            void Work() { }
            void ThrowIt() { Work(); throw new InvalidOperationException(); }
        }
        """,
        messages:
        [
            "When the try fails, this throw replaces the exception on its way: why it failed first is lost",
            "When the try fails, this call of 'ThrowIt' replaces the exception on its way: why it failed first is lost",
            "When the try fails, this call of 'ThrowClosed' replaces the exception on its way: why it failed first is lost",
        ]);

    [Fact]
    public Task A_throw_under_a_condition_or_in_a_disposal_is_a_suggestion() => Flags(
        """
        static class Throwing { public static void ThrowIt(this Exception e) => throw e; }
        sealed class C : IDisposable
        {
            int _open;
            void M()
            {
                try { Dispose(); }
                finally { if (_open > 0) [|throw new InvalidOperationException("open");|] }
            }
            void N()
            {
                try { Dispose(); }
                finally { try { Dispose(); } catch (IOException ex) { [|throw new InvalidOperationException("open", ex);|] } }
            }
            Exception? _kept;
            void O()
            {
                try { Dispose(); }
                finally { _kept?[|.ThrowIt()|]; }
            }
            public void Dispose() { if (_open > 0) [|throw new InvalidOperationException("open");|] }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Guarded_and_caught_throws_are_ignored() => Ignores(
        """
        class C : IDisposable
        {
            bool _isActive;
            void M()
            {
                var succeeded = false;
                try { Work(); succeeded = true; }
                finally { if (succeeded) throw new InvalidOperationException("nothing else is on its way"); }
                try { _isActive = true; Work(); }
                finally { if (!_isActive) throw new InvalidOperationException("set in the try"); }
                Exception? failure = null;
                try { Work(); }
                catch (IOException ex) { failure = ex; }
                finally { if (failure is null) throw new InvalidOperationException("nothing else is on its way"); }
                try { Work(); }
                finally { try { throw new InvalidOperationException(); } catch (InvalidOperationException) { } }
                try { Work(); }
                finally { Action later = () => throw new InvalidOperationException(); later(); ThrowIf(false); }
                try { throw new InvalidOperationException(); }
                finally { Work(); }
            }
            void ThrowIf(bool condition) { if (condition) throw new InvalidOperationException(); }
            void Work() { }
            void IDisposable.Dispose() => throw new NotSupportedException();
            public void Close() => throw new InvalidOperationException();
        }
        class NoDisposable { public void Dispose() => throw new InvalidOperationException(); }
        class D : IDisposable { public void Dispose() { try { } catch (IOException) { throw; } } }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { void M() { try { } finally { thro } } void N() { try { } finally { ThrowUnknown(); } } }", allowErrors: true);

    [Fact]
    public Task A_second_disposal_that_is_refused_is_ignored() => Ignores(
        """
        sealed class Lease(SemaphoreSlim gate) : IDisposable
        {
            private SemaphoreSlim? _gate = gate;
            public void Dispose() => (Interlocked.Exchange(ref _gate, null) ?? throw new ObjectDisposedException(nameof(Lease))).Release();
        }
        """);
}
