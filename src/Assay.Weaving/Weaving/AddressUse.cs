using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Assay.Weaving;

/// <summary>Finds what takes a value from the stack, such as the call that takes an address, by counting the stack forward.</summary>
internal static class AddressUse
{
    /// <summary>The call; null when something else takes the address, or a jump comes first.</summary>
    public static Instruction? Of(Instruction address, List<Instruction> original) => Taker(address, original) is ({ OpCode.Code: Code.Call or Code.Callvirt } call, _) ? call : null;

    /// <summary>What takes the value that an instruction pushes, and how many others lie above it then; null when a jump comes first.</summary>
    public static (Instruction Taker, int Above)? Taker(Instruction pushing, List<Instruction> original)
    {
        var above = 0;
        for (var index = original.IndexOf(pushing) + 1; index < original.Count; index++)
        {
            var instruction = original[index];
            if (instruction.OpCode.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch or FlowControl.Return or FlowControl.Throw)
                return null;
            var (pops, pushes) = Effect(instruction);
            if (pops > above)
                return (instruction, above);
            above += pushes - pops;
        }

        return null;
    }

    private static (int Pops, int Pushes) Effect(Instruction instruction)
    {
        if (instruction.Operand is MethodReference called && instruction.OpCode.FlowControl == FlowControl.Call)
        {
            var isNew = instruction.OpCode.Code == Code.Newobj;
            return (called.Parameters.Count + (called.HasThis && !isNew ? 1 : 0), isNew || called.ReturnType.FullName != "System.Void" ? 1 : 0);
        }

        return (Count(instruction.OpCode.StackBehaviourPop), Count(instruction.OpCode.StackBehaviourPush));
    }

    private static int Count(StackBehaviour behaviour) => behaviour switch
    {
        StackBehaviour.Pop0 or StackBehaviour.Push0 => 0,
        StackBehaviour.Pop1 or StackBehaviour.Popi or StackBehaviour.Popref or StackBehaviour.Push1 or StackBehaviour.Pushi or StackBehaviour.Pushi8
            or StackBehaviour.Pushr4 or StackBehaviour.Pushr8 or StackBehaviour.Pushref => 1,
        StackBehaviour.Pop1_pop1 or StackBehaviour.Popi_pop1 or StackBehaviour.Popi_popi or StackBehaviour.Popi_popi8 or StackBehaviour.Popi_popr4
            or StackBehaviour.Popi_popr8 or StackBehaviour.Popref_pop1 or StackBehaviour.Popref_popi or StackBehaviour.Push1_push1 => 2,
        _ => 3,
    };
}
