using System.Reflection;
using Assay.Exercises;
using Assay.Jail.Protocol;
using Assay.Verify.Exploration;

namespace Assay.Grading.Jail;

/// <summary>A woven copy of a submission's assembly, for exploration inside the jail.</summary>
/// <param name="Assembly">The woven assembly; null when there is none.</param>
/// <param name="Sites">Its places.</param>
/// <param name="WhyNot">Why there is none.</param>
public sealed record WovenSubmission(byte[]? Assembly, byte[]? Sites, string? WhyNot);

/// <summary>
/// Explores programs inside a jail. What comes back was made in the candidate's process: its form is checked here, every answer is judged by the check, and nothing of either goes in.
/// </summary>
internal sealed class JailedExploration(JailSession session, IReadOnlyList<Type> constructorParameters, WovenSubmission woven)
{
    private const int MostOutcomes = 2_000;
    private const int MostSteps = 2_000;

    /// <summary>All the ways in which a program comes out.</summary>
    /// <exception cref="ProtocolException">What came back is none.</exception>
    public Explored Explore(ExploredProgram program, int seed, int schedules)
    {
        if (woven.Assembly is null || woven.Sites is null)
            return new Explored([], 0, woven.WhyNot ?? "there is no woven copy of the code");
        Load();
        var reader = session.Ask(FrameKind.Explore, writer =>
        {
            Write(writer, program);
            writer.Write(seed);
            writer.Write(schedules);
        });
        if (reader.ReadString() is { Length: > 0 } stuck)
            return new Explored([], 0, stuck);
        var runs = reader.ReadInt32();
        var outcomes = new List<ExploredOutcome>();
        while (reader.ReadBoolean())
        {
            if (outcomes.Count == MostOutcomes)
                throw new ProtocolException($"more than {MostOutcomes} outcomes");
            outcomes.Add(ReadOutcome(reader, program));
        }

        // Nothing to be judged is nothing that was right.
        return outcomes.Count > 0 ? new Explored(outcomes, runs) : new Explored([], runs, "no run came out");
    }

    /// <summary>One schedule again; null when its code is stuck or cannot be explored.</summary>
    /// <exception cref="ProtocolException">What came back is none.</exception>
    public ExploredReplay? Replay(ExploredProgram program, string schedule, bool simplifies)
    {
        if (woven.Assembly is null)
            return null;
        Load();
        var reader = session.Ask(FrameKind.Replay, writer =>
        {
            Write(writer, program);
            writer.Write(schedule);
            writer.Write(simplifies);
        });
        if (!reader.ReadBoolean())
            return null;
        var outcome = ReadOutcome(reader, program);
        var steps = new List<RaceStep>();
        for (var lane = reader.ReadInt32(); lane >= 0; lane = reader.ReadInt32())
        {
            if (steps.Count == MostSteps)
                throw new ProtocolException($"more than {MostSteps} steps");
            steps.Add(new RaceStep(
                lane, reader.ReadString(), reader.ReadString(), reader.ReadInt32(), reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadBoolean()));
        }

        return new ExploredReplay(outcome, steps);
    }

    private void Load()
    {
        if (session.IsWovenLoaded)
            return;
        session.Ask(FrameKind.LoadWoven, writer =>
        {
            writer.Write(woven.Assembly!.Length);
            writer.Write(woven.Assembly);
            writer.Write(woven.Sites!.Length);
            writer.Write(woven.Sites);
        });
        session.IsWovenLoaded = true;
    }

    private void Write(BinaryWriter writer, ExploredProgram program)
    {
        var methods = ContractMethods.Of(program.Contract);
        var types = constructorParameters.Where(type => type != typeof(TimeProvider)).ToArray();
        for (var i = 0; i < types.Length; i++)
            WriteArgument(writer, types[i], program.Arguments[i]);
        writer.Write(program.Before.Count);
        foreach (var moment in program.Before)
        {
            writer.Write(moment.Call is not null);
            if (moment.Call is { } call)
                WriteCall(writer, methods, call);
            else
                writer.Write(moment.Passes.Ticks);
        }

        writer.Write(program.Lanes.Count);
        foreach (var calls in program.Lanes.Append(program.After))
        {
            writer.Write(calls.Count);
            foreach (var call in calls)
                WriteCall(writer, methods, call);
        }
    }

    private static void WriteCall(BinaryWriter writer, MethodInfo[] methods, Call call)
    {
        writer.Write(Array.IndexOf(methods, call.Method));
        writer.Write(call.ToString());
        var parameters = call.Method.GetParameters();
        for (var i = 0; i < parameters.Length; i++)
            WriteArgument(writer, parameters[i].ParameterType, call.Arguments[i]);
    }

    // Neither a token nor a delegate of the host's can be followed by a schedule: scripts have negative numbers.
    private static void WriteArgument(BinaryWriter writer, Type type, object? value)
    {
        if (type == typeof(CancellationToken))
            writer.Write(0L);
        else if (type.IsSubclassOf(typeof(Delegate)))
            writer.Write(value is null ? 0L : -1L - (long)(Scripts.Of(value) ?? throw new ArgumentException("Only a script can be an explored program's delegate.", nameof(value))));
        else
            Wire.Write(writer, type, value);
    }

    private static ExploredOutcome ReadOutcome(BinaryReader reader, ExploredProgram program)
    {
        var kind = (RunEndKind)reader.ReadByte();
        if (!Enum.IsDefined(kind))
            throw new ProtocolException($"an end of kind {(int)kind}");
        var (reason, loads, steps, number, schedule) = (reader.ReadString(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadString());
        var answers = new List<AnsweredCall>();
        var last = 2 * program.Calls.Count();
        foreach (var call in program.Calls)
        {
            var (began, ended) = (reader.ReadInt32(), reader.ReadInt32());
            // Pending, never begun, or over: what is told of a run that completed must be complete.
            if (began < 0 || began > last || ended > last || (ended != 0 && ended <= began) || (kind == RunEndKind.Completed && ended == 0))
                throw new ProtocolException($"call {call} claims to have run from {began} to {ended}");
            answers.Add(new AnsweredCall(began, ended, ended == 0 ? new Answer(null) : ReadAnswer(reader, call)));
        }

        try
        {
            return new ExploredOutcome(ExploredForm.End(kind), reason, ExploredForm.History(program, answers), loads, steps, schedule, number);
        }
        catch (ArgumentException impossible)
        {
            throw new ProtocolException(impossible.Message);
        }
    }

    private static Answer ReadAnswer(BinaryReader reader, Call call)
    {
        if (reader.ReadBoolean())
            return new Answer(null, reader.ReadString());
        return new Answer(Received.Answer(reader, ContractMethods.ResultOf(call.Method.ReturnType)));
    }
}
