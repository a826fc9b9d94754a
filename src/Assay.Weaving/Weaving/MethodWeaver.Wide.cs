using Assay.Verify.Exploration;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Assay.Weaving;

/// <summary>
/// Values that may be wider than a machine word: a hook reads and writes them, in two steps. How wide a type is, is known when it is loaded; of what is no wider the hook makes one step.
/// </summary>
internal sealed partial class MethodWeaver
{
    // Writes of an object's own fields by its constructor, before anybody else can know the object: nobody comes between the halves.
    private readonly HashSet<Instruction> _initial = [];

    // Instructions that put a default value where the address before them points to.
    private readonly HashSet<Instruction> _cleared = [];

    private static bool IsWide(TypeReference type) => type switch
    {
        GenericParameter parameter => !parameter.HasReferenceTypeConstraint,
        TypeDefinition { IsEnum: true } or { IsPrimitive: true } => false,
        // A name alone does not say whether it is a value's; where it matters, the hook knows.
        _ => type.IsValueType,
    };

    // Values on the stack are read and written through references as well; those of types that only live there are no arguments of a hook.
    private static bool IsWideBehind(TypeReference type, string? behind) => type.FullName == behind && !type.IsPrimitive;

    private bool WeaveWideField(Instruction instruction, FieldDefinition field, TypeReference type, List<Instruction> original)
    {
        var (what, location, reference) = (Names.Of(field), field.FullName, (FieldReference)instruction.Operand);
        var address = Instruction.Create(field.IsStatic ? OpCodes.Ldsflda : OpCodes.Ldflda, reference);
        switch (instruction.OpCode.Code)
        {
            case Code.Ldfld or Code.Ldsfld:
                WideOwner(SiteKind.Read, field, address);
                Rest(SiteKind.Read, what, location, nameof(Hooks.Read), type);
                return true;
            case Code.Stfld or Code.Stsfld:
                var value = Temporary(type, "value");
                Emit(Instruction.Create(OpCodes.Stloc, value));
                WideOwner(SiteKind.Write, field, address);
                Emit(Instruction.Create(OpCodes.Ldloc, value));
                Rest(SiteKind.Write, what, location, nameof(Hooks.Write), type);
                return true;
            case var _ when IsCleared(instruction, original):
                WideOwner(SiteKind.Write, field, address);
                Emit(Instruction.Create(OpCodes.Ldloc, Temporary(type, "nothing")));
                Rest(SiteKind.Write, what, location, nameof(Hooks.Write), type);
                return true;
            default:
                return false;
        }
    }

    // Leaves the owner and the address to the hook.
    private void WideOwner(SiteKind kind, FieldDefinition field, Instruction address)
    {
        Emit(field.IsStatic ? Instruction.Create(OpCodes.Ldnull) : Instruction.Create(OpCodes.Dup));
        Place(kind, Names.Of(field), field.FullName, nameof(Hooks.Step));
        Emit(field.IsStatic ? Instruction.Create(OpCodes.Ldnull) : Instruction.Create(OpCodes.Dup), address);
    }

    private void WeaveWideElementRead(Instruction instruction)
    {
        var index = WideElement(SiteKind.Read, instruction);
        Emit(Instruction.Create(OpCodes.Ldloc, index));
        Rest(SiteKind.Read, "element", ElementNames.Location(instruction), nameof(Hooks.ReadElement), (TypeReference)instruction.Operand);
    }

    private void WeaveWideElementWrite(Instruction instruction, TypeReference type)
    {
        var value = Temporary(type, "value");
        Emit(Instruction.Create(OpCodes.Stloc, value));
        var index = WideElement(SiteKind.Write, instruction);
        Emit(Instruction.Create(OpCodes.Ldloc, index), Instruction.Create(OpCodes.Ldloc, value));
        Rest(SiteKind.Write, "element", ElementNames.Location(instruction), nameof(Hooks.WriteElement), type);
    }

    private void WeaveWideElementClear(Instruction instruction)
    {
        var type = (TypeReference)instruction.Operand;
        var index = WideElement(SiteKind.Write, instruction);
        Emit(Instruction.Create(OpCodes.Ldloc, index), Instruction.Create(OpCodes.Ldloc, Temporary(type, "nothing")));
        Rest(SiteKind.Write, "element", ElementNames.Location(instruction), nameof(Hooks.WriteElement), type);
    }

    private VariableDefinition WideElement(SiteKind kind, Instruction instruction)
    {
        var index = Temporary(ElementNames.Index(method.Module), "index");
        Emit(Instruction.Create(OpCodes.Stloc, index), Instruction.Create(OpCodes.Dup));
        Place(kind, "element", ElementNames.Location(instruction), nameof(Hooks.Step));
        return index;
    }

    private void WeaveWideReadThrough(TypeReference type, string what, string? location)
    {
        WideThrough(SiteKind.Read, type, what, location);
        Rest(SiteKind.Read, what, location, nameof(Hooks.Read), type);
    }

    private void WeaveWideWriteThrough(TypeReference type, string what, string? location)
    {
        var value = Temporary(type, "value");
        Emit(Instruction.Create(OpCodes.Stloc, value));
        WideThrough(SiteKind.Write, type, what, location);
        Emit(Instruction.Create(OpCodes.Ldloc, value));
        Rest(SiteKind.Write, what, location, nameof(Hooks.Write), type);
    }

    private void WideThrough(SiteKind kind, TypeReference type, string what, string? location)
    {
        var reference = Temporary(new ByReferenceType(type), "reference");
        Emit(Instruction.Create(OpCodes.Stloc, reference), Instruction.Create(OpCodes.Ldnull));
        Place(kind, what, location, nameof(Hooks.Step));
        Emit(Instruction.Create(OpCodes.Ldnull), Instruction.Create(OpCodes.Ldloc, reference));
    }

    // The second half is a place of its own, at the same line.
    private void Rest(SiteKind kind, string what, string? location, string hook, TypeReference type) =>
        Emit(Instruction.Create(OpCodes.Ldc_I4, Number(kind, what, location)), toolbox.CallOf(hook, type));

    // A default value is put there at once, by the next instruction and no other way.
    private bool IsCleared(Instruction address, List<Instruction> original)
    {
        if (address.Next is not { OpCode.Code: Code.Initobj } next ||
            original.Exists(one => one.Operand == next || one.Operand is Instruction[] targets && Array.IndexOf(targets, next) >= 0))
            return false;
        _cleared.Add(next);
        return true;
    }

    private void FindInitialWrites(List<Instruction> original)
    {
        if (method is not { IsConstructor: true, IsStatic: false } || method.DeclaringType.IsValueType)
            return;
        foreach (var self in original.Where(instruction => instruction.OpCode.Code == Code.Ldarg && instruction.Operand == _body.ThisParameter))
        {
            var (taker, above) = AddressUse.Taker(self, original) ?? default;
            if (taker?.OpCode.Code == Code.Stfld && above == 1)
                _initial.Add(taker);
            else if (taker?.OpCode.Code is not (Code.Ldfld or Code.Ldflda) && !IsFrameworkBase(taker, above))
                return;
        }
    }

    // A base of the source's own may show the object to others.
    private static bool IsFrameworkBase(Instruction? taker, int above) =>
        taker?.Operand is MethodReference { Name: ".ctor", DeclaringType.Scope: AssemblyNameReference } called && above == called.Parameters.Count;
}
