using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.ValueFlow;

/// <summary>
/// Goes back from a value to where it comes from: through variables, members that are set once, tuples, texts that are put
/// together, awaits and choices, and one call into or out of private functions. Constants, values of harmless types, checked
/// values and cleaned ones have no origin. Meant for the few expressions that a rule suspects already.
/// </summary>
internal sealed class FlowWalk(KnownTypes types, FlowQuestion question, CancellationToken cancellationToken)
{
    // Enough for what people write; a text that a thousand lines put together is given up on.
    private const int MostSteps = 600;
    private const int MostHops = 2;

    private readonly Dictionary<IOperation, LocalValues> _bodies = [];
    private readonly HashSet<(IOperation, FlowFrame?)> _seen = [];
    private List<FlowOrigin> _found = [];
    private int _steps;

    /// <summary>Where the value comes from; nothing when it can do no harm.</summary>
    public IReadOnlyList<FlowOrigin> Origins(IOperation value)
    {
        _found = [];
        _seen.Clear();
        _steps = 0;
        Go(value, null, null, MostHops);
        return _found;
    }

    /// <summary>The origins that the question calls sources.</summary>
    public FlowOrigin? Source(IOperation value)
    {
        foreach (var origin in Origins(value))
        {
            if (origin.IsSource)
                return origin;
        }
        return null;
    }

    /// <summary>The writes of a variable that a read may see, the latest first.</summary>
    public List<VariableWrite> Writes(ISymbol variable, IOperation read)
    {
        var root = read.Root();
        if (!_bodies.TryGetValue(root, out var body))
            _bodies.Add(root, body = new LocalValues(root));
        return body.Reaching(variable, read);
    }

    private void Go(IOperation value, FlowStep? way, FlowFrame? frame, int hops)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (value.Type.IsHarmless())
            return;
        value = value.Bare();
        if (value.ConstantValue.HasValue || value.Type.IsHarmless() || ++_steps > MostSteps || !_seen.Add((value, frame)))
            return;
        if (question.IsSource(value))
        {
            if (!AllowLists.IsChecked(value))
                _found.Add(new FlowOrigin(value, IsSource: true, FlowStep.Path(value, way)));
            return;
        }
        switch (value)
        {
            case ILocalReferenceOperation or IParameterReferenceOperation or IMemberReferenceOperation:
                if (!AllowLists.IsChecked(value))
                    GoReference(value, way, frame, hops);
                break;
            case IInvocationOperation call:
                GoCall(call, way, frame, hops);
                break;
            default:
                GoParts(value, way, frame, hops);
                break;
        }
    }

    private void GoReference(IOperation value, FlowStep? way, FlowFrame? frame, int hops)
    {
        switch (value)
        {
            case ILocalReferenceOperation local:
                if (!GoWrites(local.Local, member: null, value, way, frame, hops))
                    Stop(value, way);
                break;
            case IParameterReferenceOperation parameter:
                if (!GoWrites(parameter.Parameter, member: null, value, way, frame, hops) && !GoParameter(parameter, way, frame, hops))
                    Stop(value, way);
                break;
            case IFieldReferenceOperation { Field.ContainingType.IsTupleType: true, Instance: { } tuple } element:
                GoElement(tuple, Parts.IndexOf(element.Field), new FlowStep(value, way), frame, hops);
                break;
            case IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol { IsIndexer: false } } member when member.Instance is null or IInstanceReferenceOperation:
                GoOwnMember(member, way, hops);
                break;
            case IMemberReferenceOperation { Instance: { } owner } member:
                GoMember(member, owner, way, frame, hops);
                break;
            default:
                Stop(value, way);
                break;
        }
    }

    // Whether the writes in the body say what the variable holds.
    private bool GoWrites(ISymbol variable, ISymbol? member, IOperation read, FlowStep? way, FlowFrame? frame, int hops)
    {
        var isSet = false;
        foreach (var write in Writes(variable, read))
        {
            if (member is not null && write.Member is not null && !write.Member.Is(member))
                continue;
            isSet |= write.Kind == WriteKind.Set;
            var next = write.Value.Syntax.Span == read.Syntax.Span ? way : new FlowStep(write.Value, way);
            if (write.Element >= 0)
                GoElement(write.Value, write.Element, next, frame, hops);
            else
                Go(write.Value, next, frame, hops);
        }
        return isSet;
    }

    private bool GoParameter(IParameterReferenceOperation read, FlowStep? way, FlowFrame? frame, int hops)
    {
        var parameter = read.Parameter;
        for (var around = frame; around is not null; around = around.Outer)
        {
            if (!parameter.ContainingSymbol.OriginalDefinition.Is(around.Callee.OriginalDefinition))
                continue;
            return GoArgument(around.Call, parameter, way, around.Outer, hops);
        }
        if (parameter.ContainingSymbol is not IMethodSymbol method)
            return false;
        if (method.MethodKind == MethodKind.AnonymousFunction)
            return GoLambdaParameter(read, way, frame, hops);
        if (hops == 0 || PrivateCalls.Of(method, types, read, cancellationToken) is not { } calls)
            return false;
        foreach (var call in calls)
            GoArgument(call, parameter, new FlowStep(read, way), frame: null, hops - 1);
        return true;
    }

    private bool GoArgument(IInvocationOperation call, IParameterSymbol parameter, FlowStep? way, FlowFrame? frame, int hops)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Ordinal != parameter.Ordinal)
                continue;
            Go(argument.Value, way, frame, hops);
            return true;
        }
        return false;
    }

    // `names.Select(name => …)`: the names.
    private bool GoLambdaParameter(IParameterReferenceOperation read, FlowStep? way, FlowFrame? frame, int hops)
    {
        for (IOperation? parent = read; parent is not null; parent = parent.Parent)
        {
            if (parent is not IAnonymousFunctionOperation lambda || !lambda.Symbol.Is(read.Parameter.ContainingSymbol))
                continue;
            var passed = lambda.Parent;
            while (passed is IDelegateCreationOperation or IConversionOperation or IArgumentOperation)
                passed = passed.Parent;
            if (passed is not IInvocationOperation call || !KnownCalls.IsPassingOn(call.TargetMethod) || call.Receiver() is not { } source)
                return false;
            Go(source, way, frame, hops);
            return true;
        }
        return false;
    }

    private void GoOwnMember(IMemberReferenceOperation member, FlowStep? way, int hops)
    {
        if (FixedMembers.Values(member.Member, types, member, cancellationToken) is not { } values)
        {
            Stop(member, way);
            return;
        }
        foreach (var value in values)
        {
            // What a constructor is handed is told by the member's name at least as well.
            if (value.Bare() is IParameterReferenceOperation && !question.IsSource(value.Bare()))
                Stop(member, way);
            else
                Go(value, new FlowStep(member, way), frame: null, hops);
        }
    }

    private void GoMember(IMemberReferenceOperation member, IOperation owner, FlowStep? way, FlowFrame? frame, int hops)
    {
        owner = owner.Bare();
        if (owner is IConditionalAccessInstanceOperation placeholder && placeholder.Accessed() is { } accessed)
            owner = accessed.Bare();
        var holder = owner switch
        {
            ILocalReferenceOperation local => local.Local,
            IParameterReferenceOperation parameter => (ISymbol)parameter.Parameter,
            _ => null,
        };
        // `var query = new Query { Name = name }; … query.Name`
        if (holder is not null && member.Member is not IPropertySymbol { IsIndexer: true } && OnlySet(holder, member)?.Bare() is IObjectCreationOperation made
            && MadeObjects.ValueOf(made, member.Member) is { } given)
        {
            Go(given, new FlowStep(given, way), frame, hops);
            return;
        }
        GoWhole([owner], member, new FlowStep(member, way), frame, hops);
    }

    /// <summary>Goes through the parts; when none is a source but something stays unknown, the whole is what is not known.</summary>
    private void GoWhole(IEnumerable<IOperation> parts, IOperation whole, FlowStep? way, FlowFrame? frame, int hops)
    {
        var outer = _found;
        _found = [];
        foreach (var part in parts)
            Go(part, way, frame, hops);
        var sources = _found.FindAll(o => o.IsSource);
        var isUnknown = _found.Count > sources.Count;
        _found = outer;
        _found.AddRange(sources);
        if (isUnknown)
            Stop(whole, way?.Place == whole ? way.Next : way);
    }

    private void GoCall(IInvocationOperation call, FlowStep? way, FlowFrame? frame, int hops)
    {
        if (question.IsCleaned(call.TargetMethod) || KnownCalls.IsEscaping(call))
            return;
        if (KnownCalls.ResultsOfSelector(call) is { } selected)
        {
            foreach (var result in selected)
                Go(result, way, frame, hops);
            return;
        }
        if (KnownCalls.Passed(call) is { } parts)
        {
            GoWhole(parts, call, way, frame, hops);
            return;
        }
        var callee = call.TargetMethod;
        var isOwn = callee.MethodKind == MethodKind.LocalFunction || callee.DeclaredAccessibility is Accessibility.Private || callee.IsStatic && callee.DeclaredAccessibility == Accessibility.Internal;
        if (hops == 0 || !isOwn || PrivateCalls.Results(callee, types, cancellationToken) is not { Count: > 0 } results)
        {
            Stop(call, way);
            return;
        }
        var inside = new FlowFrame(call, callee, frame);
        foreach (var result in results)
            Go(result, new FlowStep(call, way), inside, hops - 1);
    }

    private void GoParts(IOperation value, FlowStep? way, FlowFrame? frame, int hops)
    {
        if (question.IsPartClean && value is IImplicitIndexerReferenceOperation)
            return;
        if (Parts.Of(value) is not { } parts)
        {
            Stop(value, way);
            return;
        }
        foreach (var part in parts)
            Go(part, way, frame, hops);
    }

    private void GoElement(IOperation tuple, int index, FlowStep? way, FlowFrame? frame, int hops)
    {
        tuple = tuple.Bare();
        switch (tuple)
        {
            case ITupleOperation { Elements: var elements } when index < elements.Length:
                Go(elements[index], way, frame, hops);
                break;
            case ILocalReferenceOperation local when OnlySet(local.Local, tuple) is { } only:
                GoElement(only, index, way, frame, hops);
                break;
            case IAwaitOperation awaited:
                GoElement(awaited.Operation, index, way, frame, hops);
                break;
            case IInvocationOperation call when hops > 0 && PrivateCalls.Results(call.TargetMethod, types, cancellationToken) is { Count: > 0 } results:
                foreach (var result in results)
                    GoElement(result, index, way, new FlowFrame(call, call.TargetMethod, frame), hops - 1);
                break;
            default:
                Go(tuple, way, frame, hops);
                break;
        }
    }

    // The one value that the variable can have.
    private IOperation? OnlySet(ISymbol variable, IOperation read)
    {
        var writes = Writes(variable, read);
        return writes.Count == 1 && writes[0] is { Element: -1, Member: null, Kind: WriteKind.Set } only ? only.Value : null;
    }

    private void Stop(IOperation value, FlowStep? way) => _found.Add(new FlowOrigin(value, IsSource: false, FlowStep.Path(value, way)));
}
