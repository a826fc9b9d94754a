using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Time;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Writes expressions that name and read clocks.</summary>
internal static class ClockSyntax
{
    /// <summary><c>TimeProvider.System</c>, to be imported and shortened.</summary>
    public static ExpressionSyntax SystemClock { get; } = Imported("global::System.TimeProvider.System");

    /// <summary>A full name that the clean-up imports and shortens.</summary>
    public static ExpressionSyntax Imported(string name) =>
        Shortened(SyntaxFactory.ParseExpression(name));

    /// <summary>Has the clean-up import and shorten every <c>global::</c> name in the node.</summary>
    public static T Shortened<T>(T node)
        where T : SyntaxNode =>
        node.ReplaceNodes(
            node.DescendantNodesAndSelf().Where(n => n is AliasQualifiedNameSyntax { Alias.Identifier.Text: "global" }).Select(Outermost),
            (_, current) => current.WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation));

    /// <summary>
    /// The clock as <paramref name="place"/> can call it; null when it may be null there, is hidden by another name, or has
    /// not been assigned yet.
    /// </summary>
    public static ExpressionSyntax? Name(ClockInScope clock, SemanticModel model, SyntaxNode place, CancellationToken cancellationToken)
    {
        var symbol = clock.Symbol;
        if (clock.MayBeNull || !IsAssigned(symbol, model, place, cancellationToken))
            return null;
        var name = SyntaxFactory.IdentifierName(symbol.Name);
        var visible = model.LookupSymbols(place.SpanStart, name: symbol.Name);
        if (visible.Length == 1 && SymbolEqualityComparer.Default.Equals(visible[0].OriginalDefinition, symbol.OriginalDefinition))
            return name;
        // A local or parameter of the same name hides it.
        if (symbol is IParameterSymbol)
            return null;
        return symbol.IsStatic
            ? SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, SyntaxFactory.IdentifierName(symbol.ContainingType.Name), name)
            : SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, SyntaxFactory.ThisExpression(), name);
    }

    /// <summary>What reads from a TimeProvider the same type and kind of time; null for the counters.</summary>
    public static ExpressionSyntax? Read(ExpressionSyntax provider, ClockReading reading) => reading switch
    {
        ClockReading.DateTimeUtcNow => Member(Call(provider, "GetUtcNow"), "UtcDateTime"),
        ClockReading.DateTimeNow => Member(Call(provider, "GetLocalNow"), "LocalDateTime"),
        ClockReading.DateTimeToday => Member(Member(Call(provider, "GetLocalNow"), "LocalDateTime"), "Date"),
        ClockReading.OffsetNow => Call(provider, "GetLocalNow"),
        ClockReading.OffsetUtcNow => Call(provider, "GetUtcNow"),
        _ => null,
    };

    /// <summary>What reads from a clock of its own interface the same type and kind of time; null when the interface has none.</summary>
    public static ExpressionSyntax? ReadInterface(ExpressionSyntax clock, ITypeSymbol type, ClockReading reading)
    {
        var isOffset = reading is ClockReading.OffsetNow or ClockReading.OffsetUtcNow;
        var isUtc = reading is ClockReading.DateTimeUtcNow or ClockReading.OffsetUtcNow;
        foreach (var member in type.GetMembers())
        {
            if (member is not IPropertySymbol { Type: { } told } property || member.Name != (isUtc ? "UtcNow" : "Now"))
                continue;
            var read = Member(clock, property.Name);
            var same = (told.SpecialType == SpecialType.System_DateTime, isOffset) switch
            {
                (true, false) => read,
                (false, true) when told.Name == "DateTimeOffset" => read,
                (false, false) when told.Name == "DateTimeOffset" => Member(read, isUtc ? "UtcDateTime" : "LocalDateTime"),
                _ => null,
            };
            return same is not null && reading == ClockReading.DateTimeToday ? Member(same, "Date") : same;
        }
        return null;
    }

    public static ExpressionSyntax Member(ExpressionSyntax target, string name) =>
        SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, target, SyntaxFactory.IdentifierName(name));

    public static ExpressionSyntax Call(ExpressionSyntax target, string method, params ExpressionSyntax[] arguments) =>
        SyntaxFactory.InvocationExpression(
            Member(target, method),
            SyntaxFactory.ArgumentList(SyntaxFactory.SeparatedList(arguments.Select(a => SyntaxFactory.Argument(a.WithoutTrivia())))))
            .WithAdditionalAnnotations(Formatter.Annotation);

    // In the constructor of its own type a member has its value only after the assignment.
    private static bool IsAssigned(ISymbol symbol, SemanticModel model, SyntaxNode place, CancellationToken cancellationToken)
    {
        if (symbol is IParameterSymbol || symbol.IsStatic || place.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is not { } constructor)
            return true;
        if (model.GetDeclaredSymbol(constructor, cancellationToken) is not { } declared || !SymbolEqualityComparer.Default.Equals(declared.ContainingType, symbol.ContainingType))
            return true;
        foreach (var reference in symbol.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Initializer: not null } or PropertyDeclarationSyntax { Initializer: not null })
                return true;
        }
        return constructor.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(assignment =>
            assignment.Span.End <= place.SpanStart
            && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(assignment.Left, cancellationToken).Symbol, symbol));
    }

    private static SyntaxNode Outermost(SyntaxNode alias)
    {
        var node = alias;
        while (node.Parent is QualifiedNameSyntax or MemberAccessExpressionSyntax { Expression: AliasQualifiedNameSyntax })
            node = node.Parent;
        return node;
    }
}
