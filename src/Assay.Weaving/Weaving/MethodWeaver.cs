using Assay.Verify.Exploration;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Assay.Weaving;

/// <summary>Weaves one method: walks its instructions once and writes hooks before and after those that can be seen from other threads.</summary>
internal sealed partial class MethodWeaver(MethodDefinition method, Toolbox toolbox)
{
    // Elements of an array, known while weaving, that no bound on memory minds.
    private const int SmallArray = 1 << 16;

    private readonly Mono.Cecil.Cil.MethodBody _body = method.Body;
    private readonly List<Instruction> _woven = [];

    // Where jumps to an original instruction have to go: to the first of what was written for it.
    private readonly Dictionary<Instruction, Instruction> _starts = [];
    private readonly Dictionary<string, VariableDefinition> _temporaries = [];

    // For an address that an atomic call takes: the variable that holds the address's owner until then, and the field's name.
    private readonly Dictionary<Instruction, (VariableDefinition? Owner, string What, string Location)> _addressed = [];
    private readonly string _name = Names.Of(method);
    // Prefixes stay with the instruction they belong to, whatever is written between.
    private readonly List<Instruction> _prefixes = [];
    // What is behind references that the method reads or writes through; null when it uses none that can lead to shared memory.
    private (string What, string? Location, string? Type)? _references;
    private SequencePoint? _at;
    private Instruction? _current;
    private Instruction? _first;

    public void Weave()
    {
        _body.SimplifyMacros();
        SynchronizedMethods.Open(method);
        var original = _body.Instructions.ToList();
        var points = method.DebugInformation.HasSequencePoints
            ? method.DebugInformation.SequencePoints.Where(point => !point.IsHidden).ToDictionary(point => point.Offset)
            : [];
        // Code before the first visible point belongs to it.
        _at = points.Count == 0 ? null : points.MinBy(point => point.Key).Value;
        if (_at is not null)
            toolbox.Sites.Begin(Names.Whole(method), _at.StartLine);
        _references = ReferencesIn(original);
        FindInitialWrites(original);
        var headers = LoopHeaders(original);
        var handlers = _body.ExceptionHandlers.Where(handler => CatchesAll(handler) && !IsMachines(handler)).Select(handler => handler.HandlerStart).ToHashSet();
        if (original.Exists(IsCall))
            Place(SiteKind.Loop, "call", null, nameof(Hooks.EnoughStack));
        // A type with a static constructor of its own is initialised before it is made or called, one without when a field is used.
        if (method is { IsStatic: true, Name: not ".cctor" } or { IsConstructor: true, IsStatic: false } && !method.DeclaringType.IsBeforeFieldInit && toolbox.Statics.InitializerOf(method.DeclaringType) is { } first)
            Emit(Instruction.Create(OpCodes.Call, first));
        foreach (var instruction in original)
        {
            _at = points.GetValueOrDefault(instruction.Offset) ?? _at;
            if (_prefixes.Count == 0)
                _first = null;
            if (instruction.OpCode.OpCodeType == OpCodeType.Prefix)
            {
                _prefixes.Add(instruction);
                continue;
            }

            _current = instruction;
            var prefixes = _prefixes.ToList();
            if (headers.Contains(instruction) || prefixes.Exists(headers.Contains))
                Place(SiteKind.Loop, "loop", null, nameof(Hooks.Round));
            if (handlers.Contains(instruction))
                Emit(Instruction.Create(OpCodes.Dup), toolbox.Call(nameof(Hooks.Caught)));
            WeaveOne(instruction, original);
            _starts[instruction] = _first!;
            foreach (var prefix in prefixes)
                _starts[prefix] = _first!;
            _prefixes.Clear();
        }

        Retarget();
        _body.Instructions.Clear();
        foreach (var instruction in _woven)
            _body.Instructions.Add(instruction);
        _body.OptimizeMacros();
        // Lines are known by the places now.
        method.DebugInformation = null;
    }

    /// <summary>Only keeps what stays as it is from using up the stack.</summary>
    public void Guard()
    {
        if (!_body.Instructions.Any(IsCall))
            return;
        _at = method.DebugInformation.SequencePoints.FirstOrDefault(point => !point.IsHidden);
        _body.SimplifyMacros();
        Place(SiteKind.Loop, "call", null, nameof(Hooks.EnoughStack));
        for (var index = 0; index < _woven.Count; index++)
            _body.Instructions.Insert(index, _woven[index]);
        _body.OptimizeMacros();
        method.DebugInformation = null;
    }

    private static bool IsCall(Instruction instruction) => instruction.OpCode.Code is Code.Call or Code.Callvirt or Code.Newobj;

    private void WeaveOne(Instruction instruction, List<Instruction> original)
    {
        if (instruction.OpCode.Code is Code.Ldsfld or Code.Stsfld or Code.Ldsflda && toolbox.Statics.InitializerOf((FieldReference)instruction.Operand) is { } initializer)
            Emit(Instruction.Create(OpCodes.Call, initializer));
        switch (instruction.OpCode.Code)
        {
            case Code.Ldfld or Code.Stfld or Code.Ldsfld or Code.Stsfld or Code.Ldflda or Code.Ldsflda when FieldOf(instruction) is { } field:
                WeaveField(instruction, field, original);
                break;
            case >= Code.Ldelem_I1 and <= Code.Ldelem_Ref or Code.Ldelem_Any:
                WeaveElementRead(instruction);
                break;
            case >= Code.Stelem_I and <= Code.Stelem_Ref or Code.Stelem_Any:
                WeaveElementWrite(instruction);
                break;
            case Code.Ldelema:
                WeaveElementAddress(instruction, original);
                break;
            case >= Code.Ldind_I1 and <= Code.Ldind_Ref or Code.Ldobj when _references is { } behind:
                WeaveReadThrough(instruction, behind);
                break;
            case >= Code.Stind_Ref and <= Code.Stind_R8 or Code.Stind_I or Code.Stobj when _references is { } behind:
                WeaveWriteThrough(instruction, behind);
                break;
            case Code.Initobj when _cleared.Contains(instruction):
                // Written where the address was taken.
                Emit(Instruction.Create(OpCodes.Nop));
                break;
            case Code.Newarr when original[Math.Max(0, original.IndexOf(instruction) - 1)] is not { OpCode.Code: Code.Ldc_I4, Operand: >= 0 and < SmallArray }:
                WeaveNewArray(instruction);
                break;
            case Code.Localloc:
                Emit(Instruction.Create(OpCodes.Dup), Instruction.Create(OpCodes.Conv_I8));
                Place(SiteKind.Loop, "stackalloc", null, nameof(Hooks.AllocateStack));
                Emit(instruction);
                break;
            case Code.Call or Code.Callvirt or Code.Newobj:
                WeaveCall(instruction, (MethodReference)instruction.Operand);
                break;
            default:
                Emit(instruction);
                break;
        }
    }

    private void Emit(params ReadOnlySpan<Instruction> instructions)
    {
        foreach (var instruction in instructions)
        {
            if (instruction == _current)
                _woven.AddRange(_prefixes);
            _first ??= instruction == _current && _prefixes.Count > 0 ? _prefixes[0] : instruction;
            _woven.Add(instruction);
        }
    }

    // The stack holds what the hook takes before the number: nothing, or the object concerned.
    private void Place(SiteKind kind, string what, string? location, string hook) =>
        Emit(Instruction.Create(OpCodes.Ldc_I4, Number(kind, what, location)), toolbox.Call(hook));

    private int Number(SiteKind kind, string what, string? location) =>
        toolbox.Sites.Add(new Site(kind, what, _name, _at?.Document.Url ?? "", _at?.StartLine ?? 0), location);

    private VariableDefinition Temporary(TypeReference type, string purpose)
    {
        var key = $"{purpose} {type.FullName}";
        if (_temporaries.TryGetValue(key, out var known))
            return known;
        var variable = new VariableDefinition(type);
        _body.Variables.Add(variable);
        _body.InitLocals = true;
        return _temporaries[key] = variable;
    }

    private static HashSet<Instruction> LoopHeaders(List<Instruction> original)
    {
        var headers = new HashSet<Instruction>();
        foreach (var instruction in original)
        {
            if (instruction.Operand is Instruction target && target.Offset <= instruction.Offset && instruction.OpCode.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch)
                headers.Add((Instruction)instruction.Operand);
        }

        return headers;
    }

    private static bool CatchesAll(ExceptionHandler handler) =>
        handler.HandlerType is ExceptionHandlerType.Filter || handler is { HandlerType: ExceptionHandlerType.Catch, CatchType.FullName: "System.Exception" or "System.Object" };

    // The outermost of an asynchronous method hands what it caught to whoever awaits, the end of a run as well: to throw from inside of it would keep the frames of all that recurse.
    private bool IsMachines(ExceptionHandler handler) => method.Name == "MoveNext" && handler == _body.ExceptionHandlers[^1] &&
        method.DeclaringType.Interfaces.Any(one => one.InterfaceType.FullName == "System.Runtime.CompilerServices.IAsyncStateMachine");

    private void Retarget()
    {
        foreach (var instruction in _woven)
        {
            if (instruction.Operand is Instruction target)
                instruction.Operand = _starts.GetValueOrDefault(target, target);
            else if (instruction.Operand is Instruction[] targets)
                instruction.Operand = Array.ConvertAll(targets, one => _starts.GetValueOrDefault(one, one));
        }

        foreach (var handler in _body.ExceptionHandlers)
        {
            handler.TryStart = _starts[handler.TryStart];
            handler.TryEnd = handler.TryEnd is null ? null : _starts[handler.TryEnd];
            handler.HandlerStart = _starts[handler.HandlerStart];
            handler.HandlerEnd = handler.HandlerEnd is null ? null : _starts[handler.HandlerEnd];
            handler.FilterStart = handler.FilterStart is null ? null : _starts[handler.FilterStart];
        }
    }
}
