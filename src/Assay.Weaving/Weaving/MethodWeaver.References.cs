using Assay.Verify.Exploration;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Assay.Weaving;

/// <summary>
/// Memory read and written through references. Which reference an instruction goes through is not followed: if only one kind of location of the method can be
/// behind any, it is that one, and else it may be any. References to what lies on the stack alone are no places.
/// </summary>
internal sealed partial class MethodWeaver
{
    private (string What, string? Location, string? Type)? ReferencesIn(List<Instruction> original)
    {
        var behind = new HashSet<(string, string?, string?)>();
        if (method.Parameters.Any(parameter => parameter is { ParameterType: ByReferenceType, IsOut: false }))
            behind.Add(("by reference", null, null));
        foreach (var instruction in original)
        {
            if (instruction.OpCode.Code is Code.Ldflda or Code.Ldsflda && FieldOf(instruction) is { } field && AddressUse.Of(instruction, original) is null)
                behind.Add((Names.Of(field), field.FullName, Names.Inflate((FieldReference)instruction.Operand).FullName));
            else if (instruction.OpCode.Code == Code.Ldelema && AddressUse.Of(instruction, original) is null)
                behind.Add(("element", ElementNames.Location(instruction), ((TypeReference)instruction.Operand).FullName));
            else if (instruction.Operand is MethodReference { ReturnType: ByReferenceType })
                behind.Add(("by reference", null, null));
        }

        return behind.Count switch { 0 => null, 1 => behind.Single(), _ => ("by reference", null, null) };
    }

    private void WeaveReadThrough(Instruction instruction, (string What, string? Location, string? Type) behind)
    {
        if (instruction.OpCode.Code == Code.Ldobj && IsWideBehind((TypeReference)instruction.Operand, behind.Type))
        {
            WeaveWideReadThrough((TypeReference)instruction.Operand, behind.What, behind.Location);
            return;
        }

        Emit(Instruction.Create(OpCodes.Ldnull));
        Place(SiteKind.Read, behind.What, behind.Location, nameof(Hooks.Step));
        Emit(instruction);
        if (TypeThrough(instruction) is { } type)
            Emit(Instruction.Create(OpCodes.Dup), toolbox.CallSaw(type));
    }

    private void WeaveWriteThrough(Instruction instruction, (string What, string? Location, string? Type) behind)
    {
        if (instruction.OpCode.Code == Code.Stobj && IsWideBehind((TypeReference)instruction.Operand, behind.Type))
        {
            WeaveWideWriteThrough((TypeReference)instruction.Operand, behind.What, behind.Location);
            return;
        }

        Emit(Instruction.Create(OpCodes.Ldnull));
        Place(SiteKind.Write, behind.What, behind.Location, nameof(Hooks.Step));
        if (TypeThrough(instruction) is { } type)
            Emit(Instruction.Create(OpCodes.Dup), toolbox.CallSaw(type));
        Emit(instruction);
    }

    // Whether the address is only read and written through, so that the places are there and none is needed where it is taken.
    private bool IsReadThrough(Instruction address) => _references is not null && address.Next is { } next && next.OpCode.Code switch
    {
        Code.Dup => next.Next?.OpCode.Code is >= Code.Ldind_I1 and <= Code.Ldind_Ref or Code.Ldobj,
        Code.Stloc => next.Operand is VariableDefinition { VariableType: ByReferenceType { ElementType: { IsPrimitive: true } or { IsValueType: false } } },
        _ => false,
    };

    // Null when the instruction does not say.
    private TypeReference? TypeThrough(Instruction instruction) => instruction.OpCode.Code switch
    {
        Code.Ldind_I4 or Code.Stind_I4 => method.Module.TypeSystem.Int32,
        Code.Ldind_I8 or Code.Stind_I8 => method.Module.TypeSystem.Int64,
        Code.Ldind_R8 or Code.Stind_R8 => method.Module.TypeSystem.Double,
        Code.Ldind_Ref or Code.Stind_Ref => method.Module.TypeSystem.Object,
        _ => null,
    };
}
