using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Assay.Weaving;

/// <summary>
/// Static state outlives a run, and runs must not see each other. Each type's static constructor becomes a method that first puts its static fields back, and
/// that every use of one calls: it acts once a run. So types initialise when they are first used, as ever, and in one step. Statics of generic types have one
/// state a type argument and stay as they are.
/// </summary>
internal sealed class StaticReset
{
    /// <summary>The class that is added, and its one method: it begins a run.</summary>
    public const string TypeName = "AssayStatics";

    public const string MethodName = "Reset";

    private const string Initializer = "AssayInitialize";

    private readonly ModuleDefinition _module;
    private readonly FieldDefinition _run;
    private readonly Dictionary<TypeDefinition, MethodDefinition> _initializers;

    public StaticReset(ModuleDefinition module)
    {
        _module = module;
        var home = new TypeDefinition("", TypeName, TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed, module.TypeSystem.Object);
        _run = new FieldDefinition("Run", FieldAttributes.Public | FieldAttributes.Static, module.TypeSystem.Int32);
        home.Fields.Add(_run);
        home.Methods.Add(Reset());
        _initializers = module.GetTypes().Where(HasState).ToDictionary(
            type => type, _ => new MethodDefinition(Initializer, MethodAttributes.Assembly | MethodAttributes.Static, module.TypeSystem.Void));
        module.Types.Add(home);
    }

    /// <summary>What a use of a type's static field calls first; null when its state stays as it is.</summary>
    public MethodDefinition? InitializerOf(TypeDefinition type) => _initializers.GetValueOrDefault(type);

    /// <summary>Writes the initialisers, once all methods are woven.</summary>
    public void Complete(Toolbox toolbox)
    {
        foreach (var (type, initializer) in _initializers)
            Write(type, initializer, toolbox);
    }

    private static bool HasState(TypeDefinition type) =>
        !type.HasGenericParameters && !type.FullName.Contains('<', StringComparison.Ordinal) && type.Fields.Any(IsState);

    private static bool IsState(FieldDefinition field) => field is { IsStatic: true, HasConstant: false } && !field.Name.StartsWith('<');

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
        var marker = new FieldDefinition("<AssayRun>", FieldAttributes.Assembly | FieldAttributes.Static, _module.TypeSystem.Int32);
        type.Fields.Add(marker);
        var code = initializer.Body.GetILProcessor();
        var due = Instruction.Create(OpCodes.Ldsfld, _run);
        code.Emit(OpCodes.Ldsfld, marker);
        code.Emit(OpCodes.Ldsfld, _run);
        code.Emit(OpCodes.Bne_Un, due);
        code.Emit(OpCodes.Ret);
        code.Append(due);
        code.Emit(OpCodes.Stsfld, marker);
        foreach (var field in state)
        {
            field.IsInitOnly = false;
            code.Emit(OpCodes.Ldsflda, field);
            code.Emit(OpCodes.Initobj, field.FieldType);
        }

        if (type.Methods.FirstOrDefault(method => method.Name == ".cctor") is { } constructor)
        {
            // The constructor's code under another name: the runtime would run it once for all runs.
            constructor.Name = "<AssayConstructor>";
            constructor.IsSpecialName = constructor.IsRuntimeSpecialName = false;
            constructor.IsAssembly = true;
            code.Append(toolbox.Call(nameof(Hooks.Hush)));
            code.Emit(OpCodes.Call, constructor);
            code.Append(toolbox.Call(nameof(Hooks.Speak)));
        }

        code.Emit(OpCodes.Ret);
        type.Methods.Add(initializer);
    }
}
