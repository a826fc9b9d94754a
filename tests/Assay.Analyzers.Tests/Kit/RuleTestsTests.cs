using Assay.Analyzers.Rules.Errors;
using Assay.CodeFixes.Rules.Errors;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Kit;

/// <summary>The harness itself must be able to fail.</summary>
public sealed class RuleTestsTests : RuleTests<StackTraceLost, StackTraceLostFix>
{
    private const string Flagged = "class C { void M() { try { } catch (Exception ex) { [|throw ex;|] } } }";
    private const string Unmarked = "class C { void M() { try { } catch (Exception ex) { throw ex; } } }";
    private const string Fixed = "class C { void M() { try { } catch (Exception ex) { throw; } } }";

    [Fact]
    public async Task A_missed_finding_fails() =>
        await Assert.ThrowsAsync<TestFailure>(() => Flags("class C { [|int|] x; }"));

    [Fact]
    public async Task A_mark_at_the_wrong_place_fails() =>
        await Assert.ThrowsAsync<TestFailure>(() => Flags(Flagged.Replace("[|throw ex;|]", "throw [|ex|];", StringComparison.Ordinal)));

    [Fact]
    public async Task A_finding_in_a_source_to_be_ignored_fails() =>
        await Assert.ThrowsAsync<TestFailure>(() => Ignores(Unmarked));

    [Fact]
    public async Task A_wrong_message_fails() =>
        await Assert.ThrowsAsync<TestFailure>(() => Flags(Flagged, messages: ["something else"]));

    [Fact]
    public async Task A_wrong_severity_fails() =>
        await Assert.ThrowsAsync<TestFailure>(() => Flags(Flagged, severity: Microsoft.CodeAnalysis.DiagnosticSeverity.Info));

    [Fact]
    public async Task A_source_that_does_not_compile_fails() =>
        await Assert.ThrowsAsync<TestFailure>(() => Ignores("class C { Unknown x; }"));

    [Fact]
    public async Task A_fix_with_another_result_fails() =>
        await Assert.ThrowsAsync<TestFailure>(() => Fixes(Flagged, Fixed.Replace("throw;", "throw ;", StringComparison.Ordinal)));

    [Fact]
    public async Task A_fix_that_is_offered_though_none_was_expected_fails() =>
        await Assert.ThrowsAsync<TestFailure>(() => Fixes(Flagged, Flagged));

    [Fact]
    public Task A_severity_in_an_editorconfig_counts() =>
        Flags(Flagged, severity: Microsoft.CodeAnalysis.DiagnosticSeverity.Error, editorConfig: "dotnet_diagnostic.ASSAY3003.severity = error");

    [Fact]
    public Task Several_files_are_compared_each_by_itself() => Flags(
        """
        partial class C { void M() { try { } catch (Exception ex) { [|throw ex;|] } } }
        // ==== Other.cs
        partial class C { void N() { try { } catch (Exception ex) { [|throw ex;|] } } }
        """);
}
