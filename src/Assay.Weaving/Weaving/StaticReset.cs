using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Assay.Weaving;

/// <summary>
/// Static state outlives a run, and runs must not see each other. Each type's static constructor becomes a method that first puts its static fields back, and
/// that every use of one calls: it acts once a run. So types initialise when they are first used, as ever, and in one step. Of a generic type each construction
/// has statics of its own, the mark of the last run among them, so that each is put back when a run first uses it.
/// </summary>
internal sealed class StaticReset
{
    /// <summary>The class that is added, and its one method: it begins a run.</summary>
    public const string TypeName = "AssayStatics";

    public const string MethodName = "Reset";

    private const string Initializer = "AssayInitialize";

    private readonly ModuleDefinition _module;
    private readonly FieldDefinition _run;
    private readonly MethodDefinition _reset;
    private readonly Dictionary<TypeDefinition, MethodDefinition> _initializers;

    public StaticReset(ModuleDefinition module)
    {
        _module = module;
        var home = new TypeDefinition("", TypeName, TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed, module.TypeSystem.Object);
        _run = new FieldDefinition("Run", FieldAttributes.Public | FieldAttributes.Static, module.TypeSystem.Int32);
        home.Fields.Add(_run);
        home.Methods.Add(_reset = Reset());
        _initializers = module.GetTypes().Where(HasState).ToDictionary(
            type => type, _ => new MethodDefinition(Initializer, MethodAttributes.Assembly | MethodAttributes.Static, module.TypeSystem.Void));
        module.Types.Add(home);
    }

    private MethodReference NewAction => _module.ImportReference(typeof(Action).GetConstructors()[0]);

    /// <summary>Lets each run begin with the module's initialisers: the runtime would run them when the code is loaded, with nobody to watch.</summary>
    public void TakeModule(Toolbox toolbox)
    {
        if (_module.Types[0].Methods.FirstOrDefault(method => method.Name == ".cctor") is not { } constructor)
            return;
        Rename(constructor);
        var code = _reset.Body.GetILProcessor();
        var last = _reset.Body.Instructions[^1];
        code.InsertBefore(last, Instruction.Create(OpCodes.Ldnull));
        code.InsertBefore(last, Instruction.Create(OpCodes.Ldftn, constructor));
        code.InsertBefore(last, Instruction.Create(OpCodes.Newobj, NewAction));
        code.InsertBefore(last, toolbox.Call(nameof(Hooks.Begin)));
    }

    /// <summary>What a use of a static field calls first; null when the state of its type stays as it is.</summary>
    /// <param name="field">The field as it is used: of a generic type, of which construction.</param>
    public MethodReference? InitializerOf(FieldReference field) =>
        field.DeclaringType.Scope == _module && field.Resolve() is { IsStatic: true } known && _initializers.TryGetValue(known.DeclaringType, out var initializer) ? On(field.DeclaringType, initializer) : null;

    /// <summary>What a type's own methods call first, within the same construction; null when its state stays as it is.</summary>
    public MethodReference? InitializerOf(TypeDefinition type) => _initializers.TryGetValue(type, out var initializer) ? On(References.Self(type), initializer) : null;

    /// <summary>Writes the initialisers, once all methods are woven.</summary>
    public void Complete(Toolbox toolbox)
    {
        foreach (var (type, initializer) in _initializers)
            Write(type, initializer, toolbox);
    }

    private static bool HasState(TypeDefinition type) =>
        !type.FullName.Contains('<', StringComparison.Ordinal) && type.Fields.Any(IsState);

    // Those of properties too; what the compiler keeps for itself, such as delegates, is the same in every run.
    private static bool IsState(FieldDefinition field) => field is { IsStatic: true, HasConstant: false } && !field.Name.StartsWith("<>", StringComparison.Ordinal);

    private MethodDefinition Reset()
    {
        var reset = new MethodDefinition(MethodName, MethodAttributes.Public | MethodAttributes.Static, _module.TypeSystem.Void);
        var code = reset.Body.GetILProcessor();
        code.Emit(OpCodes.Ldsfld, _run);
        code.Emit(OpCodes.Ldc_I4_1);
        code.Emit(OpCodes.Add);
        code.Emit(OpCodes.Stsfld, _run);
        code.Emit(OpCodes.Ret);
        return reset;
    }

    private void Write(TypeDefinition type, MethodDefinition initializer, Toolbox toolbox)
    {
        var state = type.Fields.Where(IsState).ToList();
        var marker = Add(type, "<AssayRun>", _module.TypeSystem.Int32);
        var code = initializer.Body.GetILProcessor();
        var due = Instruction.Create(OpCodes.Nop);
        code.Emit(OpCodes.Ldsfld, On(type, marker));
        code.Emit(OpCodes.Ldsfld, _run);
        code.Emit(OpCodes.Bne_Un, due);
        code.Emit(OpCodes.Ret);
        code.Append(due);
        code.Emit(OpCodes.Ldsfld, _run);
        code.Emit(OpCodes.Stsfld, On(type, marker));
        foreach (var field in state)
        {
            field.IsInitOnly = false;
            code.Emit(OpCodes.Ldsflda, On(type, field));
            code.Emit(OpCodes.Initobj, field.FieldType);
        }

        if (type.Methods.FirstOrDefault(method => method.Name == ".cctor") is { } constructor)
            CallConstructor(type, constructor, On(type, marker), due, code, toolbox);
        code.Emit(OpCodes.Ret);
        type.Methods.Add(initializer);
    }

    // One that throws has its exception kept, and the marker put back: so every use of the type in this run comes here again, and throws it.
    private void CallConstructor(TypeDefinition type, MethodDefinition constructor, FieldReference marker, Instruction due, ILProcessor code, Toolbox toolbox)
    {
        var failed = On(type, Add(type, "<AssayFailedRun>", _module.TypeSystem.Int32));
        var failure = On(type, Add(type, "<AssayFailure>", _module.ImportReference(typeof(Exception))));
        Rename(constructor);
        var (fails, ends) = (Instruction.Create(OpCodes.Ldsfld, failure), Instruction.Create(OpCodes.Nop));
        code.InsertAfter(due, Instruction.Create(OpCodes.Beq, fails));
        code.InsertAfter(due, Instruction.Create(OpCodes.Ldsfld, _run));
        code.InsertAfter(due, Instruction.Create(OpCodes.Ldsfld, failed));
        code.Emit(OpCodes.Ldnull);
        code.Emit(OpCodes.Ldftn, On(References.Self(type), constructor));
        code.Emit(OpCodes.Newobj, NewAction);
        code.Emit(OpCodes.Ldstr, type.FullName);
        code.Append(toolbox.Call(nameof(Hooks.Initialize)));
        code.Emit(OpCodes.Stsfld, failure);
        code.Emit(OpCodes.Ldsfld, failure);
        code.Emit(OpCodes.Brfalse, ends);
        code.Emit(OpCodes.Ldsfld, _run);
        code.Emit(OpCodes.Stsfld, failed);
        code.Emit(OpCodes.Ldc_I4_0);
        code.Emit(OpCodes.Stsfld, marker);
        code.Append(fails);
        code.Emit(OpCodes.Throw);
        code.Append(ends);
    }

    private static FieldReference On(TypeDefinition type, FieldDefinition field) => type.HasGenericParameters ? new FieldReference(field.Name, field.FieldType, References.Self(type)) : field;

    private static MethodReference On(TypeReference type, MethodDefinition method) => type is GenericInstanceType ? new MethodReference(method.Name, method.ReturnType, type) : method;

    private static FieldDefinition Add(TypeDefinition type, string name, TypeReference of)
    {
        var field = new FieldDefinition(name, FieldAttributes.Assembly | FieldAttributes.Static, of);
        type.Fields.Add(field);
        return field;
    }

    // The constructor's code under another name: the runtime would run it once for all runs.
    private static void Rename(MethodDefinition constructor)
    {
        constructor.Name = "<AssayConstructor>";
        constructor.IsSpecialName = constructor.IsRuntimeSpecialName = false;
        constructor.IsAssembly = true;
    }
}
