using System.Runtime.CompilerServices;
using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics.Time;

/// <summary>
/// Whether the compilation registers a TimeProvider for injection, as in <c>services.AddSingleton(TimeProvider.System)</c>.
/// Looked up at most once, and only when a finding depends on it; by syntax, for binding a whole compilation costs too much.
/// </summary>
internal sealed class ClockRegistration(Compilation compilation)
{
    private static readonly Words s_timeProvider = Words.Of("TimeProvider");

    // What a tree says is kept with it: an edit of one file does not search the others again.
    private static readonly ConditionalWeakTable<SyntaxTree, StrongBox<bool>> s_perTree = new();

    private readonly object _gate = new();
    private StrongBox<bool>? _found;

    public bool Exists(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _found ??= new StrongBox<bool>(Search(cancellationToken));
            return _found.Value;
        }
    }

    private bool Search(CancellationToken cancellationToken)
    {
        foreach (var tree in compilation.SyntaxTrees)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!s_perTree.TryGetValue(tree, out var found))
                found = s_perTree.GetValue(tree, t => new StrongBox<bool>(IsIn(t, cancellationToken)));
            if (found.Value)
                return true;
        }
        return false;
    }

    private static bool IsIn(SyntaxTree tree, CancellationToken cancellationToken)
    {
        // Most files do not name the type; their trees are not walked.
        if (!WordIndex.Of(tree, cancellationToken).Has(s_timeProvider))
            return false;
        foreach (var node in tree.GetRoot(cancellationToken).DescendantNodes())
        {
            if (node is InvocationExpressionSyntax call && IsRegistration(call))
                return true;
        }
        return false;
    }

    private static bool IsRegistration(InvocationExpressionSyntax call)
    {
        if (call.Expression is not MemberAccessExpressionSyntax { Name: var name } || !RegistersService(name.Identifier.ValueText))
            return false;
        if (name is GenericNameSyntax { TypeArgumentList.Arguments: { Count: > 0 } services })
            return IsTimeProvider(services[0]);
        foreach (var argument in call.ArgumentList.Arguments)
        {
            switch (argument.Expression.WalkDownParentheses())
            {
                // `AddSingleton(TimeProvider.System)`
                case MemberAccessExpressionSyntax { Expression: { } type } when IsTimeProvider(type):
                // `AddSingleton(typeof(TimeProvider), …)`
                case TypeOfExpressionSyntax { Type: { } named } when IsTimeProvider(named):
                    return true;
            }
        }
        return false;
    }

    private static bool RegistersService(string name) => name is
        "AddSingleton" or "TryAddSingleton" or "AddScoped" or "TryAddScoped" or "AddTransient" or "TryAddTransient"
        or "RegisterInstance" or "RegisterType" or "Register";

    private static bool IsTimeProvider(ExpressionSyntax type) => type switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText == "TimeProvider",
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText == "TimeProvider",
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText == "TimeProvider",
        _ => false,
    };
}
