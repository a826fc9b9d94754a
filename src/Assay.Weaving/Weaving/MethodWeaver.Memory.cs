using Assay.Verify.Exploration;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Assay.Weaving;

/// <summary>Fields and elements.</summary>
internal sealed partial class MethodWeaver
{
    // Null for what no other thread can see changing: fields of the framework's types, constants, values on the stack, a state machine's own, caches of delegates.
    internal static FieldDefinition? FieldOf(Instruction instruction)
    {
        var reference = (FieldReference)instruction.Operand;
        if (reference.DeclaringType.Scope is AssemblyNameReference || reference.Resolve() is not { } field || field.IsInitOnly || field.HasConstant)
            return null;
        var owner = field.DeclaringType;
        if (!field.IsStatic && owner.IsValueType)
            return null;
        return owner.Name.Contains(">d__", StringComparison.Ordinal) || owner.Name is "<>c" or "<>O" || owner.Name.StartsWith("<PrivateImplementationDetails>", StringComparison.Ordinal) ? null : field;
    }

    private void WeaveField(Instruction instruction, FieldDefinition field, List<Instruction> original)
    {
        var (what, location) = (Names.Of(field), field.FullName);
        var type = Names.Inflate((FieldReference)instruction.Operand);
        if (field.CustomAttributes.Any(attribute => attribute.AttributeType.FullName == "System.ThreadStaticAttribute"))
        {
            WeaveThreadStatic(instruction, field, type);
            return;
        }

        if (IsWide(type) && !_initial.Contains(instruction) && WeaveWideField(instruction, field, type, original))
            return;
        switch (instruction.OpCode.Code)
        {
            case Code.Ldfld:
                Emit(Instruction.Create(OpCodes.Dup));
                Place(SiteKind.Read, what, location, nameof(Hooks.Step));
                Emit(instruction, Instruction.Create(OpCodes.Dup), toolbox.CallSaw(type));
                break;
            case Code.Ldsfld:
                Emit(Instruction.Create(OpCodes.Ldnull));
                Place(SiteKind.Read, what, location, nameof(Hooks.Step));
                Emit(instruction, Instruction.Create(OpCodes.Dup), toolbox.CallSaw(type));
                break;
            case Code.Stfld:
                var value = Temporary(type, "value");
                Emit(Instruction.Create(OpCodes.Stloc, value), Instruction.Create(OpCodes.Dup));
                Place(SiteKind.Write, what, location, nameof(Hooks.Step));
                Emit(Instruction.Create(OpCodes.Ldloc, value), toolbox.CallSaw(type), Instruction.Create(OpCodes.Ldloc, value), instruction);
                break;
            case Code.Stsfld:
                Emit(Instruction.Create(OpCodes.Ldnull));
                Place(SiteKind.Write, what, location, nameof(Hooks.Step));
                Emit(Instruction.Create(OpCodes.Dup), toolbox.CallSaw(type), instruction);
                break;
            default:
                WeaveFieldAddress(instruction, field, original);
                break;
        }
    }

    // It belongs to a thread, and several lanes lie on one: each lane gets a field of its own, which no other can see.
    private void WeaveThreadStatic(Instruction instruction, FieldDefinition field, TypeReference type)
    {
        var isWrite = instruction.OpCode.Code == Code.Stsfld;
        var value = isWrite ? Temporary(type, "value") : null;
        if (isWrite)
            Emit(Instruction.Create(OpCodes.Stloc, value));
        Emit(Instruction.Create(OpCodes.Ldsflda, (FieldReference)instruction.Operand), Instruction.Create(OpCodes.Ldtoken, ((FieldReference)instruction.Operand).DeclaringType), Instruction.Create(OpCodes.Ldstr, field.Name), toolbox.CallOf(nameof(Hooks.OfThread), type));
        if (isWrite)
            Emit(Instruction.Create(OpCodes.Ldloc, value), Instruction.Create(OpCodes.Stobj, type));
        else if (instruction.OpCode.Code == Code.Ldsfld)
            Emit(Instruction.Create(OpCodes.Ldobj, type));
    }

    private void WeaveFieldAddress(Instruction instruction, FieldDefinition field, List<Instruction> original)
    {
        var (what, location) = (Names.Of(field), field.FullName);
        var owner = field.IsStatic ? Instruction.Create(OpCodes.Ldnull) : Instruction.Create(OpCodes.Dup);
        if (AddressUse.Of(instruction, original) is { } consumer && IsAtomic(consumer))
        {
            // The place is at the call: between taking the address and using it others may still come.
            var kept = Temporary(toolbox.Object, $"owner {original.IndexOf(consumer)}");
            Emit(owner, Instruction.Create(OpCodes.Stloc, kept), instruction);
            _addressed[consumer] = (kept, what, location);
            return;
        }

        if (IsReadThrough(instruction))
        {
            Emit(instruction);
            return;
        }

        var next = instruction.Next?.OpCode.Code;
        Emit(owner);
        Place(next is Code.Ldfld or Code.Ldobj ? SiteKind.Read : SiteKind.Atomic, what, location, nameof(Hooks.Step));
        Emit(instruction);
    }

    private void WeaveElementRead(Instruction instruction)
    {
        if (instruction.OpCode.Code == Code.Ldelem_Any && IsWide((TypeReference)instruction.Operand))
        {
            WeaveWideElementRead(instruction);
            return;
        }

        var index = Temporary(ElementNames.Index(method.Module), "index");
        Emit(Instruction.Create(OpCodes.Stloc, index), Instruction.Create(OpCodes.Dup));
        Place(SiteKind.Read, "element", ElementNames.Location(instruction), nameof(Hooks.Step));
        Emit(Instruction.Create(OpCodes.Ldloc, index), instruction);
        if (ElementNames.Type(instruction, method.Module) is { } type)
            Emit(Instruction.Create(OpCodes.Dup), toolbox.CallSaw(type));
    }

    private void WeaveElementWrite(Instruction instruction)
    {
        var type = ElementNames.Type(instruction, method.Module) ?? toolbox.Object;
        if (instruction.OpCode.Code == Code.Stelem_Any && IsWide(type))
        {
            WeaveWideElementWrite(instruction, type);
            return;
        }

        var (index, value) = (Temporary(ElementNames.Index(method.Module), "index"), Temporary(type, "value"));
        Emit(Instruction.Create(OpCodes.Stloc, value), Instruction.Create(OpCodes.Stloc, index), Instruction.Create(OpCodes.Dup));
        Place(SiteKind.Write, "element", ElementNames.Location(instruction), nameof(Hooks.Step));
        Emit(Instruction.Create(OpCodes.Ldloc, index), Instruction.Create(OpCodes.Ldloc, value), Instruction.Create(OpCodes.Dup), toolbox.CallSaw(type), instruction);
    }

    private void WeaveElementAddress(Instruction instruction, List<Instruction> original)
    {
        if (IsCleared(instruction, original))
        {
            WeaveWideElementClear(instruction);
            return;
        }

        if (IsReadThrough(instruction))
        {
            Emit(instruction);
            return;
        }

        var index = Temporary(ElementNames.Index(method.Module), "index");
        Emit(Instruction.Create(OpCodes.Stloc, index), Instruction.Create(OpCodes.Dup));
        if (AddressUse.Of(instruction, original) is { } consumer && IsAtomic(consumer))
        {
            var kept = Temporary(toolbox.Object, $"owner {original.IndexOf(consumer)}");
            Emit(Instruction.Create(OpCodes.Stloc, kept));
            _addressed[consumer] = (kept, "element", ElementNames.Location(instruction));
        }
        else
        {
            Place(SiteKind.Atomic, "element", ElementNames.Location(instruction), nameof(Hooks.Step));
        }

        Emit(Instruction.Create(OpCodes.Ldloc, index), instruction);
    }

    private void WeaveNewArray(Instruction instruction)
    {
        var size = ((TypeReference)instruction.Operand).MetadataType switch
        {
            MetadataType.Boolean or MetadataType.Byte or MetadataType.SByte => 1,
            MetadataType.Char or MetadataType.Int16 or MetadataType.UInt16 => 2,
            MetadataType.Int32 or MetadataType.UInt32 or MetadataType.Single => 4,
            _ => 8,
        };
        Emit(Instruction.Create(OpCodes.Dup), Instruction.Create(OpCodes.Conv_I8), Instruction.Create(OpCodes.Ldc_I4, size));
        Place(SiteKind.Loop, "new array", null, nameof(Hooks.Allocate));
        Emit(instruction);
    }

    private static bool IsAtomic(Instruction consumer) =>
        consumer.Operand is MethodReference { DeclaringType.FullName: "System.Threading.Interlocked" or "System.Threading.Volatile" };
}
