using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Time;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>
/// Gives a class a TimeProvider: a parameter of all its constructors and of those of the classes derived from it, a field
/// that keeps it, and an argument in every call of them, which is the clock in scope there or the system's.
/// </summary>
internal sealed class ClockInjection
{
    private readonly InjectionPlan _plan;
    private readonly string _field;
    private readonly bool _keeps;
    private readonly DocumentEdits _edits = new();
    private readonly CancellationToken _stop;

    private ClockInjection(InjectionPlan plan, string field, bool keeps, CancellationToken stop)
    {
        _plan = plan;
        _field = field;
        _keeps = keeps;
        _stop = stop;
    }

    /// <summary>The solution in which <paramref name="place"/> reads from an injected clock; null when it cannot be kept compiling.</summary>
    public static async Task<Solution?> InjectAsync(FixSite site, ExpressionSyntax place, ClockReading reading, CancellationToken cancellationToken)
    {
        var types = KnownTypes.Of(site.Model.Compilation);
        if (place.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } part || site.Model.GetDeclaredSymbol(part, cancellationToken) is not { } type)
            return null;
        var reach = ClockScope.ReachAt(site.Model, place, cancellationToken);
        if (reach == Reach.Static || FieldName(type) is not { } field)
            return null;
        if (await InjectionPlan.MakeAsync(site.Solution, type, types.TimeProvider!, cancellationToken).ConfigureAwait(false) is not { } plan)
            return null;
        // The only constructor reads from its parameter; a field nobody reads is not written.
        var isOnlyConstructor = place.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is not null && plan.Of(type).Count() == 1;
        var injection = new ClockInjection(plan, field, keeps: !plan.HasPrimary && !isOnlyConstructor, cancellationToken);
        if (injection.NameAt(place, site.Model, reach) is not { } clock || ClockSyntax.Read(clock, reading) is not { } read)
            return null;
        injection._edits.Add(place, current => read.WithTriviaFrom(current));
        return await injection.ApplyAsync(site.Solution, part).ConfigureAwait(false);
    }

    private async Task<Solution?> ApplyAsync(Solution solution, TypeDeclarationSyntax part)
    {
        if (await ConstructorCalls.FindAsync(_plan, solution, _stop).ConfigureAwait(false) is not { } calls)
            return null;
        foreach (var constructor in _plan.Constructors)
            EditDeclaration(constructor, calls);
        AddMembers(part);
        foreach (var creation in calls.Creations)
            EditCreation(creation);
        if (await _edits.ApplyAsync(solution, _stop).ConfigureAwait(false) is not var (changed, edited))
            return null;
        var affected = edited.Concat(calls.Mentions).Distinct();
        return await CompileCheck.KeepsCompilingAsync(solution, changed, affected, _stop).ConfigureAwait(false) ? changed : null;
    }

    // What the reading calls: the parameter inside a constructor, the parameter of a primary constructor, else the field.
    private ExpressionSyntax? NameAt(SyntaxNode place, SemanticModel model, Reach reach)
    {
        if (place.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is { } inside)
            return _plan.Of(model.GetDeclaredSymbol(inside, _stop)) is { } own ? SyntaxFactory.IdentifierName(own.ParameterName) : null;
        if (_plan.HasPrimary)
            return SyntaxFactory.IdentifierName(InjectionPlan.ParameterName);
        // An initialiser of a field runs before the constructor's body.
        if (reach == Reach.Initialiser)
            return null;
        ExpressionSyntax name = SyntaxFactory.IdentifierName(_field);
        return model.LookupSymbols(place.SpanStart, name: _field).IsEmpty ? name : ClockSyntax.Member(SyntaxFactory.ThisExpression(), _field);
    }

    private void EditDeclaration(ConstructorPlan plan, ConstructorCalls calls)
    {
        switch (plan.Declaration)
        {
            case ConstructorDeclarationSyntax constructor:
                var target = constructor.Initializer is { } initializer ? calls.TargetOf(initializer) : IsDerived(plan) ? ImplicitBase(plan) : null;
                _edits.Add(constructor, current => EditConstructor(plan, current, target));
                break;
            case ClassDeclarationSyntax { ParameterList: { } parameters } type:
                if (plan.Existing is null)
                    _edits.Add(parameters, current => ConstructorSyntax.WithParameter(current, plan.Index, plan.ParameterName));
                if (IsDerived(plan) && type.BaseList is { } bases)
                    EditPrimaryBase(plan, bases.Types[0], calls);
                break;
            case null when IsDerived(plan):
                AddDerivedConstructor(plan);
                break;
        }
    }

    private ConstructorDeclarationSyntax EditConstructor(ConstructorPlan plan, ConstructorDeclarationSyntax constructor, ConstructorPlan? target)
    {
        if (plan.Existing is null)
            constructor = constructor.WithParameterList(ConstructorSyntax.WithParameter(constructor.ParameterList, plan.Index, plan.ParameterName));
        if (target is not null)
            return ConstructorSyntax.WithBaseArgument(constructor, target.Index, target.ParameterName, plan.ParameterName);
        if (IsDerived(plan) || !_keeps)
            return constructor;
        var field = _field == plan.ParameterName ? "this." + _field : _field;
        return ConstructorSyntax.WithAssignment(constructor, field, plan.ParameterName, LineEnd(plan.Declaration!));
    }

    private void EditPrimaryBase(ConstructorPlan plan, BaseTypeSyntax @base, ConstructorCalls calls)
    {
        var value = SyntaxFactory.IdentifierName(plan.ParameterName);
        if (@base is PrimaryConstructorBaseTypeSyntax called)
        {
            if (calls.TargetOf(called) is { } target)
                _edits.Add(called, current => current.WithArgumentList(ConstructorSyntax.WithArgument(current.ArgumentList, target.Index, target.ParameterName, value)));
        }
        else if (ImplicitBase(plan) is not null)
        {
            _edits.Add(@base, current => SyntaxFactory.PrimaryConstructorBaseType(
                current.Type.WithoutTrailingTrivia(),
                SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(value)))).WithTrailingTrivia(current.GetTrailingTrivia()));
        }
    }

    // The field, in the part of the type that has the constructors, and a constructor where there is none.
    private void AddMembers(TypeDeclarationSyntax part)
    {
        if (!_keeps)
            return;
        var own = _plan.Of(_plan.Type).ToList();
        var declared = own.FirstOrDefault(c => c.Declaration is not null);
        var holder = declared?.Declaration?.FirstAncestorOrSelf<TypeDeclarationSyntax>() ?? part;
        var constructor = declared is null ? Constructor(_plan.Type, "", $"    {(_field == InjectionPlan.ParameterName ? "this." : "")}{_field} = {InjectionPlan.ParameterName};\n") : null;
        var field = $"private readonly global::System.TimeProvider {_field};";
        _edits.Add(holder, current => ConstructorSyntax.WithMembers(current, field, constructor, LineEnd(holder)));
    }

    private void AddDerivedConstructor(ConstructorPlan plan)
    {
        var type = plan.Constructor.ContainingType;
        if (type.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(_stop) is not TypeDeclarationSyntax holder)
            return;
        var constructor = Constructor(type, $"\n    : base({InjectionPlan.ParameterName})", "");
        _edits.Add(holder, current => ConstructorSyntax.WithMembers(current, null, constructor, LineEnd(holder)));
    }

    private static string Constructor(INamedTypeSymbol type, string initializer, string body) =>
        $"{(type.IsAbstract ? "protected" : "public")} {type.Name}(global::System.TimeProvider {InjectionPlan.ParameterName}){initializer}\n{{\n{body}}}";

    private void EditCreation(Creation creation)
    {
        var clock = ClockAt(creation);
        _edits.Add(creation.Node, current =>
        {
            var arguments = current.ArgumentList ?? SyntaxFactory.ArgumentList();
            var with = ConstructorSyntax.WithArgument(arguments, creation.Target.Index, creation.Target.ParameterName, clock);
            return current is ObjectCreationExpressionSyntax { ArgumentList: null } bare
                ? bare.WithType(bare.Type.WithoutTrailingTrivia()).WithArgumentList(with.WithTrailingTrivia(bare.Type.GetTrailingTrivia()))
                : current.WithArgumentList(with);
        });
    }

    private ExpressionSyntax ClockAt(Creation creation)
    {
        var (node, model) = (creation.Node, creation.Model);
        if (node.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is { } inside && _plan.Of(model.GetDeclaredSymbol(inside, _stop)) is { } own)
            return SyntaxFactory.IdentifierName(own.ParameterName);
        var scope = ClockScope.At(KnownTypes.Of(model.Compilation), model, node, _stop);
        if (scope is { IsTimeProvider: true } && ClockSyntax.Name(scope, model, node, _stop) is { } name)
            return name;
        var reach = ClockScope.ReachAt(model, node, _stop);
        var type = model.GetEnclosingSymbol(node.SpanStart, _stop)?.ContainingType;
        if (reach == Reach.Instance && type.Is(_plan.Type) && NameAt(node, model, reach) is { } field)
            return field;
        return ClockSyntax.SystemClock;
    }

    private ConstructorPlan? ImplicitBase(ConstructorPlan plan) =>
        _plan.Of(plan.Constructor.ContainingType.BaseType!.OriginalDefinition).FirstOrDefault(c => c.Index == 0);

    private bool IsDerived(ConstructorPlan plan) => !plan.Constructor.ContainingType.Is(_plan.Type);

    private string LineEnd(SyntaxNode node) => ConstructorSyntax.LineEnd(node.SyntaxTree.GetRoot(_stop));

    // In the style of the fields that are there; null when the name is taken.
    private static string? FieldName(INamedTypeSymbol type)
    {
        var name = "_" + InjectionPlan.ParameterName;
        foreach (var member in type.GetMembers())
        {
            if (member is not IFieldSymbol { IsStatic: false, IsImplicitlyDeclared: false, DeclaredAccessibility: Accessibility.Private } field)
                continue;
            name = field.Name.StartsWith("m_", StringComparison.Ordinal) ? "m_" + InjectionPlan.ParameterName
                : field.Name.StartsWith("_", StringComparison.Ordinal) ? "_" + InjectionPlan.ParameterName
                : InjectionPlan.ParameterName;
            break;
        }
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (!current.GetMembers(name).IsEmpty)
                return null;
        }
        return name;
    }
}
