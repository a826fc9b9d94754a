using Assay.Analyzers.Semantics.EntityFramework;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Sql;

/// <summary>A statement that a function runs.</summary>
/// <param name="Call">The call that sends it.</param>
/// <param name="Statement">The statement.</param>
/// <param name="Sql">The whole text that was sent.</param>
/// <param name="Parameters">The values of its parameters by name, without their signs.</param>
internal sealed record SqlRun(IInvocationOperation Call, SqlStatement Statement, string Sql, IReadOnlyList<(string Name, IOperation Value)> Parameters)
{
    private static readonly char[] s_signs = ['@', ':', '$'];

    /// <summary>The statements that the function runs, in the order of the text.</summary>
    public static List<SqlRun> In(IOperation function, SqlCommands commands, CancellationToken cancellationToken)
    {
        var runs = new List<SqlRun>();
        var texts = new Dictionary<ISymbol, IOperation>(SymbolEqualityComparer.Default);
        foreach (var operation in InTextOrder(function))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var text = commands.TextOf(operation);
            if (text is not null && CommandOf(operation) is { } command)
                texts[command] = text;
            if (operation is not IInvocationOperation call)
                continue;
            if (commands.IsExecution(call.TargetMethod) && EntityTypes.ContextSymbol(call.Instance) is { } executed && texts.TryGetValue(executed, out var earlier))
                Add(runs, call, earlier, OfCommand(function, executed), cancellationToken);
            else if (commands.TakesSql(call.TargetMethod) && call.TargetMethod.Name != "CreateCommand" && (text ?? OfDefinition(call, commands)) is { } sent)
                Add(runs, call, sent, OfArguments(call, sent), cancellationToken);
        }
        return runs;
    }

    private static IEnumerable<IOperation> InTextOrder(IOperation function) =>
        // The command is made before it is run, though a call stands above its arguments in the tree.
        FunctionScope.Own(function).Where(o => o is IInvocationOperation or IObjectCreationOperation or ISimpleAssignmentOperation).OrderBy(o => o.Syntax.Span.End);

    private static void Add(List<SqlRun> runs, IInvocationOperation call, IOperation text, List<(string Name, IOperation Value)> parameters, CancellationToken cancellationToken)
    {
        if (SqlText.Read(text, cancellationToken) is not { } sql)
            return;
        AddHoles(text, parameters);
        foreach (var statement in SqlStatement.Parse(sql))
            runs.Add(new SqlRun(call, statement, sql, parameters));
    }

    // The variable that the command is in: assigned, declared, or the one whose text is set.
    private static ISymbol? CommandOf(IOperation operation)
    {
        if (operation is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Instance: { } instance } } && instance is not IInstanceReferenceOperation)
            return EntityTypes.ContextSymbol(instance);
        for (var parent = operation.Parent; parent is not null and not IBlockOperation; parent = parent.Parent)
        {
            switch (parent)
            {
                case IVariableDeclaratorOperation declarator:
                    return declarator.Symbol;
                case ISimpleAssignmentOperation assignment:
                    return assignment.Target is IPropertyReferenceOperation { Property.Name: "CommandText" } ? CommandOf(assignment) ?? Declared(assignment) : EntityTypes.ContextSymbol(assignment.Target);
            }
        }
        return null;
    }

    private static ISymbol? Declared(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IVariableDeclaratorOperation declarator)
                return declarator.Symbol;
        }
        return null;
    }

    // `new CommandDefinition(sql, …)`
    private static IOperation? OfDefinition(IInvocationOperation call, SqlCommands commands)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Value.Bare() is IObjectCreationOperation created && commands.TextOf(created) is { } text)
                return text;
            if (argument.Value.Bare() is ILocalReferenceOperation { Type.Name: "CommandDefinition" } local && LocalWrites.OnlyValue(local)?.Bare() is IObjectCreationOperation made)
                return commands.TextOf(made);
        }
        return null;
    }

    // The members of `new { id, quantity = … }`, also within a command definition.
    private static List<(string Name, IOperation Value)> OfArguments(IInvocationOperation call, IOperation text)
    {
        var parameters = new List<(string Name, IOperation Value)>();
        foreach (var operation in call.Descendants())
        {
            if (operation is IAnonymousObjectCreationOperation created)
            {
                foreach (var member in created.Initializers)
                {
                    if (member is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation property } assignment)
                        parameters.Add((property.Property.Name, assignment.Value));
                }
            }
        }
        return parameters;
    }

    private static void AddHoles(IOperation text, List<(string Name, IOperation Value)> parameters)
    {
        foreach (var operation in text.DescendantsAndSelf())
        {
            if (operation is IInterpolationOperation hole)
                parameters.Add((SqlText.NameOf(hole.Expression), hole.Expression));
        }
    }

    // `command.Parameters.AddWithValue("@id", id)`, `…Add(new NpgsqlParameter("id", id))`, `…Add("@id", type).Value = id`
    private static List<(string Name, IOperation Value)> OfCommand(IOperation function, ISymbol command)
    {
        var parameters = new List<(string Name, IOperation Value)>();
        foreach (var operation in FunctionScope.Own(function))
        {
            if (operation is IInvocationOperation handed && OfOwnMethod(handed, command) is { } given)
            {
                parameters.Add(given);
                continue;
            }
            var arguments = operation switch
            {
                IInvocationOperation { TargetMethod.Name: "AddWithValue" or "Add" } call => call.Arguments,
                IObjectCreationOperation { Type: { } type } created when type.Name.EndsWith("Parameter", StringComparison.Ordinal) => created.Arguments,
                _ => default,
            };
            if (arguments.IsDefaultOrEmpty || !IsOfCommand(operation, command) || arguments.At(0).Value.ConstantValue is not { HasValue: true, Value: string name })
                continue;
            var value = arguments.Length > 1 ? arguments.At(1).Value : null;
            if (operation.Parent is IPropertyReferenceOperation { Property.Name: "Value", Parent: ISimpleAssignmentOperation assignment })
                value = assignment.Value;
            if (value is not null)
                parameters.Add((name.TrimStart(s_signs), value));
        }
        return parameters;
    }

    // `AddParameter(command, "id", id)`, `command.With("id", id)`: a name and its value, handed over with the command.
    private static (string Name, IOperation Value)? OfOwnMethod(IInvocationOperation call, ISymbol command)
    {
        if (call.Arguments.Length != 3 || call.Instance is not null && !call.TargetMethod.Locations.Any(l => l.IsInSource))
            return null;
        string? name = null;
        IOperation? value = null;
        var isForCommand = false;
        foreach (var argument in call.Arguments)
        {
            if (command.Is(EntityTypes.ContextSymbol(argument.Value)))
                isForCommand = true;
            else if (name is null && argument.Value.ConstantValue is { HasValue: true, Value: string text })
                name = text;
            else
                value = argument.Value;
        }
        return isForCommand && name is not null && value is not null ? (name.TrimStart(s_signs), value) : null;
    }

    private static bool IsOfCommand(IOperation operation, ISymbol command)
    {
        for (var current = operation; current is not null and not IBlockOperation; current = current.Parent)
        {
            if (current is IInvocationOperation { Instance: IPropertyReferenceOperation { Property.Name: "Parameters", Instance: { } owner } } && command.Is(EntityTypes.ContextSymbol(owner)))
                return true;
        }
        return false;
    }
}
