using Assay.Analyzers.Rules.Errors;
using Assay.CodeFixes.Rules.Errors;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Errors;

public sealed class StackTraceLostTests : RuleTests<StackTraceLost, StackTraceLostFix>
{
    [Fact]
    public Task Throwing_the_caught_exception_is_flagged() => Flags(
        """
        class C
        {
            void M()
            {
                try { Work(); }
                catch (InvalidOperationException ex)
                {
                    Console.WriteLine(ex);
                    [|throw ex;|]
                }
            }
            void Work() { }
        }
        """,
        messages: ["'throw ex;' resets the stack trace of the caught exception to this line; 'throw;' keeps where it came from"]);

    [Fact]
    public Task Throwing_an_alias_of_the_caught_exception_is_flagged() => Flags(
        """
        class C
        {
            void M()
            {
                try { }
                catch (Exception ex)
                {
                    var alias = ex;
                    Exception wider = ex;
                    if (alias.Message == "") [|throw alias;|]
                    [|throw wider;|]
                }
            }
        }
        """);

    [Fact]
    public Task Nested_in_blocks_and_an_inner_try_is_flagged() => Flags(
        """
        class C
        {
            async Task M(bool b)
            {
                try { await Task.Yield(); }
                catch (Exception ex) when (b)
                {
                    using (new MemoryStream())
                    {
                        try { if (b) [|throw ex;|] }
                        finally { await Task.Yield(); }
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Throw_without_expression_is_ignored() => Ignores(
        "class C { void M() { try { } catch (Exception ex) { Console.WriteLine(ex); throw; } } }");

    [Fact]
    public Task Another_value_assigned_before_is_ignored() => Ignores(
        """
        class C
        {
            void M()
            {
                try { }
                catch (Exception ex)
                {
                    ex = new InvalidOperationException("better", ex);
                    throw ex;
                }
            }
            void N()
            {
                try { }
                catch (AggregateException ex)
                {
                    Exception first = ex;
                    Unwrap(ref first);
                    throw first;
                }
            }
            void O()
            {
                try { }
                catch (Exception ex)
                {
                    Exception inner = ex;
                    (inner, _) = (ex.GetBaseException(), 1);
                    throw inner;
                }
            }
            void Unwrap(ref Exception e) => e = e.GetBaseException();
        }
        """);

    [Fact]
    public Task Throwing_something_else_is_ignored() => Ignores(
        """
        class C
        {
            Exception _last = new();
            void M(Exception given)
            {
                try { }
                catch (Exception ex)
                {
                    if (ex.InnerException is { } inner) throw inner;
                    if (given.Message == "") throw given;
                    if (given.Message == "x") throw _last;
                    throw new InvalidOperationException("wrapped", ex);
                }
            }
        }
        """);

    [Fact]
    public Task ExceptionDispatchInfo_is_ignored() => Ignores(
        """
        using System.Runtime.ExceptionServices;
        class C { void M() { try { } catch (Exception ex) { ExceptionDispatchInfo.Capture(ex).Throw(); } } }
        """);

    [Fact]
    public Task A_throw_in_a_branch_that_no_exception_takes_is_ignored() => Ignores(
        """
        using System.Runtime.ExceptionServices;
        class C
        {
            void M()
            {
                try { N(); }
                catch (Exception ex)
                {
                    if (!(ex is Exception source)) throw ex;
                    ExceptionDispatchInfo.Capture(source).Throw();
                }
                try { N(); }
                catch (FormatException ex)
                {
                    if (ex is not SystemException) { throw ex; }
                }
                try { N(); }
                catch (Exception ex)
                {
                    if (ex is Exception) Console.WriteLine(ex); else throw ex;
                }
            }
            void N() { }
        }
        """);

    [Fact]
    public Task A_throw_in_a_branch_that_some_exceptions_take_is_flagged() => Flags(
        """
        class C
        {
            void M(object other)
            {
                try { N(); }
                catch (Exception ex)
                {
                    if (ex is not FormatException) [|throw ex;|]
                    if (ex is Exception) [|throw ex;|]
                    if (!(other is Exception)) [|throw ex;|]
                    if (ex is not FormatException format) Console.WriteLine(ex); else [|throw ex;|]
                }
            }
            void N() { }
        }
        """);

    [Fact]
    public Task A_lambda_or_finally_inside_the_catch_is_ignored_for_there_a_bare_throw_is_not_allowed() => Ignores(
        """
        class C
        {
            Action? M()
            {
                try { }
                catch (Exception ex)
                {
                    try { }
                    finally { if (ex.Message == "") throw ex; }
                    return () => throw ex;
                }
                return null;
            }
            Func<int> N()
            {
                try { }
                catch (Exception ex) { return Local; int Local() { throw ex; } }
                return () => 0;
            }
        }
        """);

    [Fact]
    public Task The_outer_exception_thrown_from_an_inner_catch_is_ignored() => Ignores(
        """
        class C
        {
            void M()
            {
                try { }
                catch (Exception outer)
                {
                    try { }
                    catch (InvalidOperationException) { throw outer; }
                }
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { void M() { try { } catch (Exception ex) { throw ex. } } }", allowErrors: true);

    [Fact]
    public Task Throw_ex_becomes_throw() => Fixes(
        """
        class C
        {
            void M()
            {
                try { }
                catch (InvalidOperationException ex)
                {
                    // first
                    [|throw ex;|] // why
                }
                catch (Exception ex)
                {
                    var alias = ex;
                    Console.WriteLine(alias);
                    [|throw /* kept */ alias;|]
                }
            }
        }
        """,
        """
        class C
        {
            void M()
            {
                try { }
                catch (InvalidOperationException ex)
                {
                    // first
                    throw; // why
                }
                catch (Exception ex)
                {
                    var alias = ex;
                    Console.WriteLine(alias);
                    throw /* kept */ ;
                }
            }
        }
        """,
        title: "Rethrow with 'throw;'");
}
