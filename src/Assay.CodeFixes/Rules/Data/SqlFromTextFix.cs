using System.Composition;
using Assay.Analyzers.Rules.Data;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Sql;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rules.Data;

/// <summary>Passes the values of a statement as parameters: by the overload that takes an interpolated string, by an object for Dapper, by the command's own list.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SqlFromTextFix)), Shared]
public sealed class SqlFromTextFix() : RuleFix(SqlFromText.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) =>
        Task.FromResult(Propose(site, cancellationToken));

    private static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        var types = KnownTypes.Of(site.Model.Compilation);
        if (SqlSinks.Of(types) is not { } sinks || Text(site.Node) is not { Parent: { } parent } text)
            return null;
        var taker = parent is ArgumentSyntax ? parent.Parent?.Parent : parent;
        if (taker is null || site.Model.GetOperation(taker, cancellationToken) is not { } operation || sinks.Read(operation) is not { } sink || sink.Text.Syntax != text)
            return null;
        // What the text does with names and pieces of SQL, a person has to decide.
        if (ParameterizedSql.Read(sink.Text) is not { } sql)
            return null;
        return taker switch
        {
            InvocationExpressionSyntax call when operation is IInvocationOperation { TargetMethod.ContainingNamespace: { Name: "EntityFrameworkCore" } } => OfEntityFramework(site, call, text, sql),
            InvocationExpressionSyntax call when operation is IInvocationOperation { TargetMethod.ContainingType: var owner } && owner.Is(types["Dapper.SqlMapper"]) => OfDapper(site, call, text, sql),
            AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax { Expression: var command } } assignment => OfCommand(site, assignment, command, text, sql),
            BaseObjectCreationExpressionSyntax { Parent: EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } } => OfCommand(site, variable, SyntaxFactory.IdentifierName(variable.Identifier.WithoutTrivia()), text, sql),
            _ => null,
        };
    }

    // The whole text that the value is written into.
    private static ExpressionSyntax? Text(SyntaxNode value)
    {
        ExpressionSyntax? text = null;
        for (var node = value; node is not null; node = node.Parent)
        {
            if (node is not (ExpressionSyntax or InterpolationSyntax) || node is InvocationExpressionSyntax or AssignmentExpressionSyntax or BaseObjectCreationExpressionSyntax && text is not null)
                break;
            if (node is InterpolatedStringExpressionSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression })
                text = (ExpressionSyntax)node;
        }
        return text;
    }

    // `FromSqlRaw` → `FromSql($"…")`
    private static Fix? OfEntityFramework(FixSite site, InvocationExpressionSyntax call, ExpressionSyntax text, ParameterizedSql sql)
    {
        if (call.Expression is not MemberAccessExpressionSyntax access || call.ArgumentList.Arguments.Any(a => a.NameColon is not null) || sql.Interpolated(text) is not { } interpolated)
            return null;
        var others = call.ArgumentList.Arguments.Skip(1).ToList();
        var isAsync = access.Name.Identifier.ValueText == "ExecuteSqlRawAsync";
        if (others.Count > 1 || others.Count == 1 && !(isAsync && site.Model.GetTypeInfo(others[0].Expression).Type?.Name == "CancellationToken"))
            return null;
        var name = access.Name.Identifier.ValueText.Replace("Raw", "");
        SimpleNameSyntax renamed = access.Name is GenericNameSyntax generic ? generic.WithIdentifier(SyntaxFactory.Identifier(name)) : SyntaxFactory.IdentifierName(name);
        var changed = call.ReplaceNodes([text, access.Name], (old, _) => old == text ? interpolated.WithTriviaFrom(text) : renamed.WithTriviaFrom(access.Name));
        return site.Replace($"Pass the values as parameters of {name}", call, changed);
    }

    private static Fix? OfDapper(FixSite site, InvocationExpressionSyntax call, ExpressionSyntax text, ParameterizedSql sql)
    {
        // What is passed already would have to be merged.
        if (call.ArgumentList.Arguments is not { Count: 1 } arguments || arguments[0].NameColon is not null || LogSyntax.Literal(sql.NamedText, text) is not { } literal)
            return null;
        var members = sql.Parameters.Select(p => p.Value is IdentifierNameSyntax name && name.Identifier.ValueText == p.Name ? p.Name : $"{p.Name} = {p.Value}");
        var passed = SyntaxFactory.ParseExpression($"new {{ {string.Join(", ", members)} }}");
        var list = LogSyntax.WithTail(call.ArgumentList, 0, [literal, passed]);
        return site.Replace("Pass the values as parameters", call, call.WithArgumentList(list));
    }

    private static Fix? OfCommand(FixSite site, SyntaxNode place, ExpressionSyntax command, ExpressionSyntax text, ParameterizedSql sql)
    {
        if (place.FirstAncestorOrSelf<StatementSyntax>() is not { Parent: BlockSyntax block } statement || LogSyntax.Literal(sql.NamedText, text) is not { } literal)
            return null;
        var type = place is AssignmentExpressionSyntax ? site.Model.GetTypeInfo(command).Type : (site.Model.GetDeclaredSymbol(place) as ILocalSymbol)?.Type;
        var isSimple = statement switch
        {
            ExpressionStatementSyntax expression => expression.Expression == place && command is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax },
            LocalDeclarationStatementSyntax local => local.Declaration.Variables.Count == 1,
            _ => false,
        };
        if (!isSimple || !HasAddWithValue(type))
            return null;
        var added = sql.Parameters.Select(p => SyntaxFactory
            .ParseStatement($"{command}.Parameters.AddWithValue(\"{p.Name}\", {Value(site, p.Value)});")
            .WithTrailingTrivia(statement.GetTrailingTrivia())
            .WithAdditionalAnnotations(Formatter.Annotation, Simplifier.Annotation));
        var changed = statement.ReplaceNode(text, literal.WithTriviaFrom(text));
        var statements = block.Statements.InsertRange(block.Statements.IndexOf(statement) + 1, added);
        return site.Replace("Pass the values as parameters", block, block.WithStatements(statements.Replace(statements[block.Statements.IndexOf(statement)], changed)));
    }

    // A command refuses a parameter that is null.
    private static string Value(FixSite site, ExpressionSyntax value)
    {
        var original = site.Root.DescendantNodes().OfType<ExpressionSyntax>().FirstOrDefault(e => e.IsEquivalentTo(value) && e.Span.Length == value.Span.Length);
        return original is not null && site.Model.GetTypeInfo(original).Nullability.FlowState == NullableFlowState.MaybeNull ? $"(object?){value} ?? System.DBNull.Value" : value.ToString();
    }

    private static bool HasAddWithValue(ITypeSymbol? command)
    {
        for (var type = command; type is not null; type = type.BaseType)
        {
            foreach (var member in type.GetMembers("Parameters"))
            {
                if (member is IPropertySymbol { Type: var list } && list.GetMembers("AddWithValue").Any(m => m is IMethodSymbol { Parameters.Length: 2 }))
                    return true;
            }
        }
        return false;
    }
}
