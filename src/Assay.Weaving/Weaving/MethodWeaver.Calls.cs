using Assay.Verify.Exploration;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Assay.Weaving;

/// <summary>Calls into the framework.</summary>
internal sealed partial class MethodWeaver
{
    private void WeaveCall(Instruction instruction, MethodReference called)
    {
        if (called is { DeclaringType: ArrayType array, Name: "Get" or "Set" })
        {
            WeaveGridElement(instruction, called, array);
            return;
        }

        if (called.DeclaringType.Scope is not AssemblyNameReference || called.DeclaringType.IsArray)
        {
            // What lies beyond may do anything, waiting included.
            if (called is MethodDefinition { IsPInvokeImpl: true })
                Place(SiteKind.Acquire, $"{called.DeclaringType.Name}.{called.Name}", null, nameof(Hooks.Uncontrolled));
            if (Weaver.IsLeftAlone(called.Name))
                Place(SiteKind.Loop, called.Name, null, nameof(Hooks.Beyond));
            Emit(instruction);
            return;
        }

        var what = $"{called.DeclaringType.Name.Split('`')[0]}.{called.Name}";
        if (IsAtomic(instruction))
            WeaveAtomic(instruction, called);
        else if (IsModelled(instruction, called) && ModelTable.Instance.Find(called) is { } model)
            CallModel(model, called, what);
        else if (BclKinds.IsUnsafeCollection(called.DeclaringType) && called.HasThis && instruction.OpCode.Code != Code.Newobj)
            WeaveUnsafe(instruction, called, what);
        else if (IsQuery(called))
            WeaveQuery(instruction, called, what);
        else
            WeavePlain(instruction, called, what);
    }

    // Of one that is derived from, the real one is made, with the real clock and the real pool.
    private static bool MakesReal(Instruction instruction, MethodReference called) =>
        called.Name == ".ctor" && instruction.OpCode.Code != Code.Newobj && called.Parameters.Count > 0 &&
        called.DeclaringType.GetElementType().FullName is "System.Threading.CancellationTokenSource" or "System.Threading.Tasks.TaskCompletionSource" or "System.Threading.Tasks.TaskCompletionSource`1" &&
        ModelTable.Instance.Find(called) is not null;

    // A constructor that calls its base's makes no other object, and a call through a reference to a value has no object to hand over.
    private bool IsModelled(Instruction instruction, MethodReference called) =>
        (called.Name != ".ctor" || instruction.OpCode.Code == Code.Newobj) && !_prefixes.Exists(prefix => prefix.OpCode.Code == Code.Constrained);

    private void WeavePlain(Instruction instruction, MethodReference called, string what)
    {
        if (MakesReal(instruction, called) || BclKinds.MayWaitOutside(called, ModelTable.Instance.Knows(called.DeclaringType)))
        {
            Place(SiteKind.Acquire, what, null, nameof(Hooks.Uncontrolled));
        }
        else if (BclKinds.IsSafe(called.DeclaringType) && instruction.OpCode.Code != Code.Newobj)
        {
            Emit(Instruction.Create(OpCodes.Ldnull));
            Place(SiteKind.Call, what, BclKinds.StateOf(called.DeclaringType), nameof(Hooks.Step));
        }

        if (called.Parameters.Any(parameter => BclKinds.ReadsItems(called, parameter)))
        {
            var aside = PutAside(called);
            LookAtGiven(called, aside, what);
            TakeBack(aside);
        }

        if (!BclKinds.IsClosed(called, isNew: instruction.OpCode.Code == Code.Newobj))
            Place(SiteKind.Loop, what, null, nameof(Hooks.Beyond));
        Emit(instruction);
    }

    private void WeaveAtomic(Instruction instruction, MethodReference called)
    {
        if (called.Parameters.Count == 0)
        {
            Emit(instruction);
            return;
        }

        // Another way to the same location than by name: it may be any.
        var (owner, what, location) = _addressed.TryGetValue(instruction, out var known) ? known : (null, "by reference", (string?)null);
        var kind = (called.DeclaringType.Name, called.Name) switch
        {
            ("Volatile", "Read") or ("Interlocked", "Read") => SiteKind.Read,
            ("Volatile", _) => SiteKind.Write,
            _ => SiteKind.Atomic,
        };
        Emit(owner is null ? Instruction.Create(OpCodes.Ldnull) : Instruction.Create(OpCodes.Ldloc, owner));
        Place(kind, kind == SiteKind.Atomic ? $"{called.Name} {what}" : what, location, nameof(Hooks.Step));
        Emit(instruction);
        if (called.ReturnType.FullName is "System.Int32" or "System.Int64" or "System.Boolean" or "System.Object" or "System.UInt32" or "System.UInt64")
            Emit(Instruction.Create(OpCodes.Dup), toolbox.CallSaw(called.ReturnType));
    }

    private void CallModel(MethodDefinition model, MethodReference called, string what)
    {
        var reference = toolbox.Import(model);
        var arguments = (called.DeclaringType as GenericInstanceType)?.GenericArguments.AsEnumerable() ?? [];
        arguments = arguments.Concat((called as GenericInstanceMethod)?.GenericArguments.AsEnumerable() ?? []);
        if (model.HasGenericParameters)
        {
            var instance = new GenericInstanceMethod(reference);
            foreach (var argument in arguments)
                instance.GenericArguments.Add(argument);
            reference = instance;
        }

        if (!BclKinds.IsLock(called.DeclaringType) && KindOf(called.Name) != SiteKind.Yield)
            Place(SiteKind.Loop, what, null, nameof(Hooks.Beyond));
        Emit(Instruction.Create(OpCodes.Ldc_I4, Number(KindOf(called.Name), what, null)), Instruction.Create(OpCodes.Call, reference));
    }

    private static SiteKind KindOf(string name) => name switch
    {
        "Exit" or "Release" or "Set" or "Pulse" or "PulseAll" or "Dispose" or "ExitReadLock" or "ExitWriteLock" or "ExitUpgradeableReadLock" => SiteKind.Release,
        "Start" or "Run" or "StartNew" or "QueueUserWorkItem" or "New" => SiteKind.Start,
        "Yield" or "SpinOnce" or "SpinUntil" or "SpinWait" or "Sleep" => SiteKind.Yield,
        _ => SiteKind.Acquire,
    };

    // Arrays of several dimensions have methods in place of instructions. A third one gives a reference, whose uses are places.
    private void WeaveGridElement(Instruction instruction, MethodReference called, ArrayType array)
    {
        var aside = PutAside(called);
        Emit(Instruction.Create(OpCodes.Dup));
        Place(called.Name == "Get" ? SiteKind.Read : SiteKind.Write, "element", $"element {array.FullName}", nameof(Hooks.Step));
        TakeBack(aside);
        if (called.Name == "Get")
            Emit(instruction);
        Emit(Instruction.Create(OpCodes.Dup), toolbox.CallSaw(array.ElementType));
        if (called.Name == "Set")
            Emit(instruction);
    }

    // The collection lies beneath the arguments: they are put aside while the hook looks at it.
    private void WeaveUnsafe(Instruction instruction, MethodReference called, string what)
    {
        var location = called.DeclaringType.GetElementType().FullName;
        var kind = BclKinds.UseOf(called);
        var aside = PutAside(called);
        Emit(Instruction.Create(OpCodes.Dup));
        Place(kind, what, location, kind == SiteKind.Read ? nameof(Hooks.Step) : nameof(Hooks.Enter));
        LookAtGiven(called, aside, what);
        TakeBack(aside);
        Emit(instruction);
    }
}
