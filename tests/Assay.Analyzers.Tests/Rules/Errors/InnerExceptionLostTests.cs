using Assay.Analyzers.Rules.Errors;
using Assay.CodeFixes.Rules.Errors;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.Errors;

public sealed class InnerExceptionLostTests : RuleTests<InnerExceptionLost, InnerExceptionLostFix>
{
    [Fact]
    public Task A_new_exception_without_the_caught_one_is_flagged() => Flags(
        """
        class OwnException : Exception
        {
            public OwnException(int code, string text) { }
            public OwnException(int code, Exception cause, string text) { }
        }
        class LateException(string message, Exception? cause = null) : Exception(message, cause);
        class C
        {
            void M(string path)
            {
                try { } catch (Exception ex) { throw [|new InvalidOperationException("failed")|]; }
                try { } catch { throw [|new InvalidOperationException("failed")|]; }
                try { } catch (FormatException failure) { throw [|new InvalidDataException($"{path}: {failure.Message}")|]; }
                try { } catch (Exception ex) { if (path == "") throw [|new OwnException(3, "failed " + ex.GetType().Name)|]; }
                try { } catch (Exception ex) { throw [|new LateException("failed")|]; }
                try { } catch (Exception ex) { var x = path ?? throw [|new ArgumentException("failed", "path")|]; }
            }
        }
        """);

    [Fact]
    public Task The_message_names_both() => Flags(
        """
        class C
        {
            void M()
            {
                try { } catch (Exception ex) { throw [|new InvalidOperationException("failed")|]; }
                try { } catch { throw [|new InvalidOperationException("failed")|]; }
            }
        }
        """,
        messages:
        [
            "This 'InvalidOperationException' does not hold the caught 'ex': where and why it failed first is lost; pass it as 'innerException'",
            "This 'InvalidOperationException' does not hold the caught exception: where and why it failed first is lost; pass it as 'innerException'",
        ]);

    [Fact]
    public Task A_known_kind_a_logged_one_and_a_security_boundary_are_suggestions() => Flags(
        """
        class C
        {
            void M(Dictionary<int, string> orders)
            {
                try { } catch (KeyNotFoundException) { throw [|new InvalidOperationException("no such order")|]; }
                try { } catch (Exception e) when (e is KeyNotFoundException) { throw [|new InvalidOperationException("no such order")|]; }
                try { } catch (Exception ex) { Console.WriteLine(ex); throw [|new InvalidOperationException("failed")|]; }
                try { } catch (Exception) { throw [|new UnauthorizedAccessException("no")|]; }
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task An_exception_that_holds_the_caught_one_is_ignored() => Ignores(
        """
        class PlainException(string message) : Exception(message);
        class C
        {
            Exception? _first;
            void M(string path)
            {
                try { } catch (Exception ex) { throw new InvalidOperationException("failed", ex); }
                try { } catch (Exception ex) { throw new InvalidOperationException("failed: " + ex); }
                try { } catch (Exception ex) { throw new InvalidOperationException("failed: " + ex.ToString()); }
                try { } catch (Exception ex) { throw new InvalidOperationException("failed", ex.InnerException); }
                try { } catch (Exception) { throw new InvalidOperationException("failed", _first); }
                try { } catch (Exception ex) { throw new AggregateException("failed", ex, new Exception()); }
                try { } catch (Exception) { throw new PlainException("failed"); }
                try { } catch (Exception) { throw new ArgumentNullException(nameof(path)); }
                try { } catch (Exception) { throw new ObjectDisposedException("C"); }
                try { } catch (Exception) { throw new OperationCanceledException("stopped"); }
                try { } catch (Exception) { throw; }
                try { } catch (Exception) { Func<int> later = () => throw new InvalidOperationException("later"); later(); }
                throw new InvalidOperationException("elsewhere");
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """class C { void M() { try { } catch (Exception ex) { throw new } try { } catch (Exception ex) { throw new Unknown("x"); } } }""", allowErrors: true);

    [Fact]
    public Task The_caught_exception_is_passed() => Fixes(
        """
        class OwnException : Exception
        {
            public OwnException(int code, string text) { }
            public OwnException(int code, Exception cause, string text) { }
            public OwnException(string text) : base(text) { }
            public OwnException(string text, Exception? cause = null, int code = 3) : base(text, cause) { }
        }
        class C
        {
            void M(string path)
            {
                try { }
                catch (Exception ex)
                {
                    // why
                    throw [|new InvalidOperationException("failed")|]; // here
                }
                try { }
                catch
                {
                    throw [|new InvalidOperationException(
                        "failed")|];
                }
                try { }
                catch (Exception)
                {
                    if (path == "")
                        throw [|new InvalidOperationException(message: "failed")|];
                    throw [|new OwnException(3, "failed")|];
                }
                try { } catch (Exception) when (path == "") { throw [|new OwnException("failed", code: 4)|]; }
            }
        }
        """,
        """
        class OwnException : Exception
        {
            public OwnException(int code, string text) { }
            public OwnException(int code, Exception cause, string text) { }
            public OwnException(string text) : base(text) { }
            public OwnException(string text, Exception? cause = null, int code = 3) : base(text, cause) { }
        }
        class C
        {
            void M(string path)
            {
                try { }
                catch (Exception ex)
                {
                    // why
                    throw new InvalidOperationException("failed", ex); // here
                }
                try { }
                catch (Exception exception)
                {
                    throw new InvalidOperationException(
                        "failed", exception);
                }
                try { }
                catch (Exception error)
                {
                    if (path == "")
                        throw new InvalidOperationException(message: "failed", innerException: error);
                    throw new OwnException(3, error, "failed");
                }
                try { } catch (Exception failure) when (path == "") { throw new OwnException("failed", code: 4, cause: failure); }
            }
        }
        """,
        title: "Pass the caught exception as the inner one");

    [Fact]
    public Task An_exception_that_is_chosen_or_made_before_it_is_thrown_is_flagged() => Flags(
        """
        class ImportException : Exception { public ImportException(string text) : base(text) { } public ImportException(string text, Exception inner) : base(text, inner) { } }
        class Import
        {
            int Made(string text)
            {
                try { return int.Parse(text); }
                catch (Exception ex)
                {
                    var error = [|new ImportException("no number")|];
                    Console.WriteLine(ex.Message);
                    throw error;
                }
            }
            int Chosen(string text)
            {
                try { return int.Parse(text); }
                catch (Exception ex) { throw ex is FormatException ? [|new ImportException("format")|] : [|new ImportException("other")|]; }
            }
        }
        """);

    [Fact]
    public Task An_exception_that_a_switch_makes_is_a_suggestion() => Flags(
        """
        class ImportException : Exception { public ImportException(string text) : base(text) { } public ImportException(string text, Exception inner) : base(text, inner) { } }
        class Import
        {
            int Chosen(string text)
            {
                try { return int.Parse(text); }
                catch (Exception ex) { throw ex switch { FormatException => [|new ImportException("format")|], _ => [|new ImportException("other")|] }; }
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_made_exception_that_holds_the_caught_one_otherwise_is_ignored() => Ignores(
        """
        class Import
        {
            int Filled(string text)
            {
                try { return int.Parse(text); }
                catch (Exception ex)
                {
                    var error = new FormatException("no number");
                    error.Data["cause"] = ex;
                    throw error;
                }
            }
            int Chosen(string text)
            {
                try { return int.Parse(text); }
                catch (Exception ex) { throw ex is FormatException ? new InvalidOperationException("format", ex) : ex; }
            }
        }
        """);
}
