using System.Composition;
using Assay.Analyzers.Rules.Observability;
using Assay.Analyzers.Semantics.Catches;
using Assay.Analyzers.Semantics.Logging;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rules.Observability;

/// <summary>Passes the exception beside its message.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ExceptionReducedToMessageFix)), Shared]
public sealed class ExceptionReducedToMessageFix() : RuleFix(ExceptionReducedToMessage.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) =>
        Task.FromResult(Propose(site, cancellationToken));

    private static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        if (LogSyntax.At(site, cancellationToken) is not var (call, line) || CatchPlaces.ClauseAround(line.Call)?.Caught() is not { } caught)
            return null;
        var textAt = line.Text is { } text ? LogSyntax.IndexOf(call, text) : -1;
        if (textAt < 0 || line.Call.TargetMethod.Parameters.Any(p => p.Type.Name == "IFormatProvider"))
            return null;
        var exception = SyntaxFactory.IdentifierName(site.Node.DescendantTokens().First(t => t.ValueText == caught.Name));
        var arguments = call.ArgumentList.Arguments.Select(a => a.Expression).ToList();
        var list = line.Library != LogLibrary.Log4Net
            ? LogSyntax.WithTail(call.ArgumentList, textAt, arguments.Skip(textAt).Select(e => e.WithoutTrivia()).Prepend(exception.WithoutTrivia()))
            : line.HasTemplate ? null : LogSyntax.WithTail(call.ArgumentList, 0, [arguments[0].WithoutTrivia(), exception.WithoutTrivia()]);
        return list is null ? null : site.Replace($"Pass '{caught.Name}' to the log", call, call.WithArgumentList(list));
    }
}
