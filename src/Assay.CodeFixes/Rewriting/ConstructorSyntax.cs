using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Writes parameters, arguments, fields and constructors into existing declarations, in their style.</summary>
internal static class ConstructorSyntax
{
    /// <summary>The list with one more item, its commas and line breaks as those around it.</summary>
    public static SeparatedSyntaxList<T> Insert<T>(SeparatedSyntaxList<T> list, int index, T item)
        where T : SyntaxNode
    {
        if (list.Count == 0)
            return list.Add(item);
        var neighbour = list[Math.Min(index, list.Count - 1)];
        var placed = item.WithLeadingTrivia(neighbour.GetLeadingTrivia().Where(IsBlank));
        var comma = list.SeparatorCount > 0
            ? list.GetSeparator(list.SeparatorCount - 1).WithLeadingTrivia().WithTrailingTrivia(list.GetSeparator(list.SeparatorCount - 1).TrailingTrivia.Where(IsBlank))
            : SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(CommaTrivia(neighbour));
        var items = list.GetWithSeparators();
        items = index >= list.Count
            // What follows the last item on its line stays where it is.
            ? items.Replace(items.Last(), items.Last().AsNode()!.WithTrailingTrivia())
                .Add(comma).Add(placed.WithTrailingTrivia(list.Last().GetTrailingTrivia()))
            : items.Insert(index * 2, comma).Insert(index * 2, placed.WithTrailingTrivia());
        return SyntaxFactory.SeparatedList<T>(items);
    }

    public static ParameterListSyntax WithParameter(ParameterListSyntax list, int index, string name) =>
        list.WithParameters(Insert(list.Parameters, index, Parameter(name)));

    /// <summary>The arguments with <paramref name="value"/> for the parameter at <paramref name="index"/>; named where the order is broken.</summary>
    public static ArgumentListSyntax WithArgument(ArgumentListSyntax list, int index, string name, ExpressionSyntax value)
    {
        var argument = SyntaxFactory.Argument(value.WithoutTrivia());
        var positional = list.Arguments.TakeWhile(a => a.NameColon is null).Count();
        if (positional >= index)
            return list.WithArguments(Insert(list.Arguments, index, argument));
        var named = argument.WithNameColon(SyntaxFactory.NameColon(SyntaxFactory.IdentifierName(name), SyntaxFactory.Token(SyntaxKind.ColonToken).WithTrailingTrivia(SyntaxFactory.Space)));
        return list.WithArguments(Insert(list.Arguments, list.Arguments.Count, named));
    }

    /// <summary>The constructor whose <c>this(…)</c> or <c>base(…)</c>, written out when it was not, passes <paramref name="value"/> on.</summary>
    public static ConstructorDeclarationSyntax WithBaseArgument(ConstructorDeclarationSyntax constructor, int index, string name, string value)
    {
        var argument = SyntaxFactory.IdentifierName(value);
        if (constructor.Initializer is { } initializer)
            return constructor.WithInitializer(initializer.WithArgumentList(WithArgument(initializer.ArgumentList, index, name, argument)));
        var parameters = constructor.ParameterList;
        var added = SyntaxFactory.ConstructorInitializer(SyntaxKind.BaseConstructorInitializer)
            .WithColonToken(SyntaxFactory.Token(SyntaxKind.ColonToken).WithTrailingTrivia(SyntaxFactory.Space))
            .WithArgumentList(WithArgument(SyntaxFactory.ArgumentList(), index, name, argument))
            .WithTrailingTrivia(parameters.GetTrailingTrivia());
        return constructor.WithParameterList(parameters.WithTrailingTrivia(SyntaxFactory.Space)).WithInitializer(added);
    }

    /// <summary>The constructor with <c>target = value;</c> after the assignments and guards it begins with, before anything that may use it.</summary>
    public static ConstructorDeclarationSyntax WithAssignment(ConstructorDeclarationSyntax constructor, string target, string value, string lineEnd)
    {
        var indent = Indentation(constructor);
        if (constructor.ExpressionBody is { } arrow)
            constructor = WithBlock(constructor, arrow, indent, lineEnd);
        if (constructor.Body is not { } body)
            return constructor;
        var assignment = SyntaxFactory.ParseStatement($"{target} = {value};")
            .WithLeadingTrivia(SyntaxFactory.Whitespace(indent + Unit(indent)))
            .WithTrailingTrivia(SyntaxFactory.EndOfLine(lineEnd));
        if (body.Statements.Count > 0)
            assignment = assignment.WithLeadingTrivia(SyntaxFactory.Whitespace(Indentation(body.Statements[0])));
        var isOnOneLine = body.OpenBraceToken.TrailingTrivia.All(t => !t.IsKind(SyntaxKind.EndOfLineTrivia));
        if (isOnOneLine)
            return constructor.WithBody(OnOneLine(body, assignment));
        return constructor.WithBody(body.WithStatements(body.Statements.Insert(body.Statements.TakeWhile(IsPreparation).Count(), assignment)));
    }

    /// <summary>The type with a field for the clock after its last field, and a constructor behind it when <paramref name="constructor"/> is given.</summary>
    public static TypeDeclarationSyntax WithMembers(TypeDeclarationSyntax type, string? field, string? constructor, string lineEnd)
    {
        var indent = type.Members.Count > 0 ? Indentation(type.Members[0]) : Indentation(type) + Unit(Indentation(type));
        var lastField = type.Members.LastIndexOf(m => m is FieldDeclarationSyntax f && !f.Modifiers.Any(SyntaxKind.ConstKeyword));
        var index = lastField + 1;
        var members = type.Members;
        if (field is not null)
            members = members.Insert(index++, Member(field, indent, lineEnd));
        if (constructor is not null)
        {
            var declared = Member(constructor, indent, lineEnd);
            members = members.Insert(index, index > 0 ? AfterBlankLine(declared, lineEnd) : declared);
            index++;
        }
        if (index < members.Count && !BeginsWithBlankLine(members[index]))
            members = members.Replace(members[index], AfterBlankLine(members[index], lineEnd));
        return OpenedUp(type, lineEnd).WithMembers(members);
    }

    public static string LineEnd(SyntaxNode root)
    {
        var first = root.DescendantTrivia().FirstOrDefault(t => t.IsKind(SyntaxKind.EndOfLineTrivia));
        return first.IsKind(SyntaxKind.EndOfLineTrivia) ? first.ToString() : "\n";
    }

    private static ParameterSyntax Parameter(string name) =>
        SyntaxFactory.Parameter(SyntaxFactory.Identifier(name))
            .WithType(ClockSyntax.Shortened(SyntaxFactory.ParseTypeName("global::System.TimeProvider")).WithTrailingTrivia(SyntaxFactory.Space));

    // The text's lines are separated by '\n' and not indented.
    private static MemberDeclarationSyntax Member(string text, string indent, string lineEnd)
    {
        var lines = text.Replace("    ", Unit(indent)).Split('\n').Select(line => indent + line);
        return ClockSyntax.Shortened(SyntaxFactory.ParseMemberDeclaration(string.Join(lineEnd, lines) + lineEnd)!);
    }

    private static ConstructorDeclarationSyntax WithBlock(ConstructorDeclarationSyntax constructor, ArrowExpressionClauseSyntax arrow, string indent, string lineEnd)
    {
        var statement = SyntaxFactory.ExpressionStatement(arrow.Expression.WithoutTrivia())
            .WithLeadingTrivia(SyntaxFactory.Whitespace(indent + Unit(indent)))
            .WithTrailingTrivia(SyntaxFactory.EndOfLine(lineEnd));
        var open = SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithLeadingTrivia(SyntaxFactory.Whitespace(indent)).WithTrailingTrivia(SyntaxFactory.EndOfLine(lineEnd));
        var close = SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithLeadingTrivia(SyntaxFactory.Whitespace(indent)).WithTrailingTrivia(constructor.SemicolonToken.TrailingTrivia);
        var head = constructor.WithExpressionBody(null).WithSemicolonToken(default);
        // The head ends its line before the brace.
        var last = head.GetLastToken();
        head = head.ReplaceToken(last, last.WithTrailingTrivia(SyntaxFactory.EndOfLine(lineEnd)));
        return head.WithBody(SyntaxFactory.Block(open, SyntaxFactory.SingletonList<StatementSyntax>(statement), close));
    }

    private static BlockSyntax OnOneLine(BlockSyntax body, StatementSyntax assignment)
    {
        var index = body.Statements.TakeWhile(IsPreparation).Count();
        var placed = assignment.WithLeadingTrivia().WithTrailingTrivia(SyntaxFactory.Space);
        var open = body.OpenBraceToken.WithTrailingTrivia(SyntaxFactory.Space);
        return body.WithOpenBraceToken(open).WithStatements(body.Statements.Insert(index, placed));
    }

    private static bool IsPreparation(StatementSyntax statement) => statement is ExpressionStatementSyntax
    {
        Expression: AssignmentExpressionSyntax { Right: not (InvocationExpressionSyntax or AwaitExpressionSyntax or BaseObjectCreationExpressionSyntax) }
            or InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "ThrowIfNull" or "ThrowIfNullOrEmpty" or "ThrowIfNullOrWhiteSpace" } },
    };

    // `class C;` and `class C { … }` on one line get lines of their own.
    private static TypeDeclarationSyntax OpenedUp(TypeDeclarationSyntax type, string lineEnd)
    {
        if (type.OpenBraceToken.TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia))
            return type;
        var end = SyntaxFactory.EndOfLine(lineEnd);
        if (type.OpenBraceToken.IsKind(SyntaxKind.None))
        {
            type = type.WithCloseBraceToken(SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithTrailingTrivia(type.SemicolonToken.TrailingTrivia))
                .WithOpenBraceToken(SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithLeadingTrivia(end))
                .WithSemicolonToken(default);
        }
        return type.WithOpenBraceToken(type.OpenBraceToken.WithTrailingTrivia(end)).WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static MemberDeclarationSyntax AfterBlankLine(MemberDeclarationSyntax member, string lineEnd) =>
        member.WithLeadingTrivia(member.GetLeadingTrivia().Insert(0, SyntaxFactory.EndOfLine(lineEnd)));

    private static bool BeginsWithBlankLine(SyntaxNode member) => member.GetLeadingTrivia().FirstOrDefault().IsKind(SyntaxKind.EndOfLineTrivia);

    private static string Unit(string indent) => indent.StartsWith("\t", StringComparison.Ordinal) ? "\t" : "    ";

    private static string Indentation(SyntaxNode node)
    {
        var leading = node.GetLeadingTrivia().LastOrDefault();
        return leading.IsKind(SyntaxKind.WhitespaceTrivia) ? leading.ToString() : "";
    }

    private static bool IsBlank(SyntaxTrivia trivia) => trivia.Kind() is SyntaxKind.WhitespaceTrivia or SyntaxKind.EndOfLineTrivia;

    private static SyntaxTriviaList CommaTrivia(SyntaxNode neighbour) =>
        neighbour.GetLeadingTrivia().Any(SyntaxKind.WhitespaceTrivia)
            ? SyntaxFactory.TriviaList(SyntaxFactory.EndOfLine(LineEnd(neighbour.SyntaxTree.GetRoot())))
            : SyntaxFactory.TriviaList(SyntaxFactory.Space);
}
