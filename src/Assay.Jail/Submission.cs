using System.Reflection;
using System.Runtime.Loader;
using Assay.Contracts;
using Assay.Jail.Protocol;

namespace Assay.Jail;

/// <summary>The candidate's assembly: the one public class that fulfils the contract, and its constructor.</summary>
internal sealed record Submission(Type Contract, ConstructorInfo Constructor)
{
    private readonly MethodInvoker?[] _invokers = new MethodInvoker?[ContractMethods.Of(Contract).Length];

    /// <summary>The contract's methods.</summary>
    public MethodInfo[] Methods { get; } = ContractMethods.Of(Contract);

    /// <summary>Calls a method. Kept from world to world: the runtime compiles it when it is used again.</summary>
    public MethodInvoker Invoker(int method) => _invokers[method] ??= MethodInvoker.Create(Methods[method]);

    /// <summary>Loads an assembly and finds the class.</summary>
    /// <exception cref="RefusedException">There is no such contract, class or constructor.</exception>
    public static Submission Load(string contractName, byte[] assembly)
    {
        // By comparison: to look a type up by its name loads the parser of type names.
        var contract = Array.Find(typeof(ContractAttribute).Assembly.GetExportedTypes(), type => type.FullName == contractName) ?? throw new RefusedException($"no contract {contractName}");
        var context = new AssemblyLoadContext(name: null);
        return Of(contract, context.LoadFromStream(new MemoryStream(assembly)));
    }

    /// <summary>Finds the class in a loaded assembly.</summary>
    /// <exception cref="RefusedException">There is no such class or constructor.</exception>
    public static Submission Of(Type contract, Assembly loaded)
    {
        var found = Array.FindAll(loaded.GetExportedTypes(), type => type is { IsAbstract: false, IsInterface: false } && contract.IsAssignableFrom(type));
        if (found is not [var type])
            throw new RefusedException($"{found.Length} public classes implement {contract.Name}; exactly one is needed");
        return type.GetConstructors() is [var constructor]
            ? new Submission(contract, constructor)
            : throw new RefusedException($"{type.Name} needs exactly one public constructor");
    }
}
