using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics.Resources;

/// <summary>How a type uses a queue that it keeps in a field or property, read from its text.</summary>
internal sealed class QueueUses
{
    private QueueUses()
    {
    }

    /// <summary>The members of the type that put something in.</summary>
    public List<MemberDeclarationSyntax> Writers { get; } = [];

    /// <summary>Whether something is taken out.</summary>
    public bool IsRead { get; private set; }

    /// <summary>Whether the type looks at the length, which only one who bounds it does.</summary>
    public bool IsCounted { get; private set; }

    /// <summary>Whether who puts something in waits for it to be done, or for room: then there are as many elements as writers.</summary>
    public bool DoWritersWait { get; private set; }

    public static QueueUses Of(INamedTypeSymbol type, string member, CancellationToken cancellationToken)
    {
        var uses = new QueueUses();
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            foreach (var node in reference.GetSyntax(cancellationToken).DescendantNodes())
            {
                if (node is IdentifierNameSyntax name && name.Identifier.ValueText == member)
                    uses.Add(name);
            }
        }
        return uses;
    }

    private void Add(IdentifierNameSyntax name)
    {
        SyntaxNode place = (name.Parent is MemberAccessExpressionSyntax self && self.Name == name ? self : (SyntaxNode)name).WalkUpParentheses();
        while (place.Parent is MemberAccessExpressionSyntax access && access.Expression == place)
        {
            place = access.WalkUpParentheses();
            switch (access.Name.Identifier.ValueText)
            {
                case "Count":
                    IsCounted = true;
                    break;
                case "TryWrite" or "WriteAsync" or "Enqueue" or "Add" or "TryAdd":
                    AddWriter(access);
                    break;
                case "ReadAllAsync" or "ReadAsync" or "TryRead" or "WaitToReadAsync" or "TryDequeue" or "Take" or "TryTake" or "GetConsumingEnumerable":
                    IsRead = true;
                    break;
            }
        }
    }

    private void AddWriter(SyntaxNode write)
    {
        if (write.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { } writer)
            return;
        Writers.Add(writer);
        foreach (var node in writer.DescendantNodes())
        {
            if (node is not SimpleNameSyntax { Identifier.ValueText: var word } name)
                continue;
            // `await entry.Task` waits for what was put in.
            DoWritersWait |= word is "TaskCompletionSource" or "IValueTaskSource" or "WaitAsync" or "AcquireAsync" or "Completion" or "Completed" || word == "Task" && name.Parent is MemberAccessExpressionSyntax access && access.Name == name;
            IsCounted |= word.IndexOf("capacity", StringComparison.OrdinalIgnoreCase) >= 0 || word.IndexOf("limit", StringComparison.OrdinalIgnoreCase) >= 0;
        }
    }
}
