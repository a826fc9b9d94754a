using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>
/// A call that registers one object for everybody, with the names its types may have. It is kept with its tree, so that it
/// outlives its compilation: it holds syntax and names, never symbols.
/// </summary>
internal sealed class Registration
{
    private static readonly ConditionalWeakTable<SyntaxTree, Registration[]> s_perTree = new();

    private readonly string[] _written;
    private volatile string[]? _inferred;

    private Registration(InvocationExpressionSyntax call, string[] written, bool isInferred)
    {
        Call = call;
        _written = written;
        IsInferred = isInferred;
    }

    public InvocationExpressionSyntax Call { get; }

    /// <summary>Whether types of the call may come out of inference, so that the text does not name them.</summary>
    public bool IsInferred { get; }

    /// <summary>The names that the types of the call can have; null while the inferred ones are not known.</summary>
    public IReadOnlyList<string>? Names => !IsInferred ? _written : _inferred;

    /// <summary>
    /// Keeps the names that inference gave. They are a gate only: who finds a name here binds the call again in his own
    /// compilation. A call that did not bind is asked again each time, for references may still be loading.
    /// </summary>
    public IReadOnlyList<string> Infer(IReadOnlyList<INamedTypeSymbol>? bound)
    {
        if (bound is null)
            return _written;
        string[] names = [.. _written, .. bound.Select(t => t.Name)];
        if (!bound.Any(t => t.TypeKind == TypeKind.Error))
            _inferred = names;
        return names;
    }

    /// <summary>The registrations in a tree, searched once.</summary>
    public static Registration[] In(SyntaxTree tree, CancellationToken cancellationToken) =>
        s_perTree.TryGetValue(tree, out var known) ? known : s_perTree.GetValue(tree, t => Search(t, cancellationToken));

    private static Registration[] Search(SyntaxTree tree, CancellationToken cancellationToken)
    {
        if (!SourceWords.Of(tree, cancellationToken).Registers)
            return [];
        var root = tree.GetRoot(cancellationToken);
        var found = new List<Registration>();
        foreach (var node in root.DescendantNodes())
        {
            if (node is InvocationExpressionSyntax call && NameOf(call) is { Identifier.ValueText: "AddSingleton" or "TryAddSingleton" or "AddKeyedSingleton" or "TryAddKeyedSingleton" or "Singleton" or "AddHostedService" } name)
                found.Add(Of(call, name, root));
        }
        return [.. found];
    }

    private static SimpleNameSyntax? NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Name,
        MemberBindingExpressionSyntax binding => binding.Name,
        SimpleNameSyntax name => name,
        _ => null,
    };

    private static Registration Of(InvocationExpressionSyntax call, SimpleNameSyntax name, SyntaxNode root)
    {
        var arguments = call.ArgumentList.Arguments;
        var types = new List<TypeSyntax?>();
        if (name is GenericNameSyntax generic)
            types.AddRange(generic.TypeArgumentList.Arguments);
        foreach (var argument in arguments)
            AddTypes(argument.Expression, types);
        // `AddSingleton(typeof(Cache))` and `AddSingleton(new Cache())` say what they register; of other values only binding knows.
        var isInferred = name is not GenericNameSyntax && arguments.Count > 0
            && arguments[0].Expression is not TypeOfExpressionSyntax
            && !(arguments.Count == 1 && types.Count == 1 && types[0] is not null);
        var names = new List<string>();
        foreach (var type in types)
        {
            isInferred |= type is null;
            WrittenNames.Add(type, root, names);
        }
        return new Registration(call, [.. names], isInferred);
    }

    // The operands of typeof, and what factories and arguments create; null for a creation that leaves its type to the context.
    private static void AddTypes(ExpressionSyntax argument, List<TypeSyntax?> types)
    {
        switch (argument)
        {
            case TypeOfExpressionSyntax typeOf:
                types.Add(typeOf.Type);
                break;
            case BaseObjectCreationExpressionSyntax created:
                types.Add((created as ObjectCreationExpressionSyntax)?.Type);
                break;
            case LambdaExpressionSyntax { Body: BaseObjectCreationExpressionSyntax made }:
                types.Add((made as ObjectCreationExpressionSyntax)?.Type);
                break;
            case LambdaExpressionSyntax { Body: BlockSyntax block }:
                foreach (var result in block.DescendantNodes(n => n is not AnonymousFunctionExpressionSyntax).OfType<ReturnStatementSyntax>())
                    types.Add((result.Expression as ObjectCreationExpressionSyntax)?.Type);
                break;
        }
    }
}
