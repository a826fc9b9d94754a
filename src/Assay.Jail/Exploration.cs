using System.Reflection;
using System.Text;
using Assay.Jail.Protocol;
using Assay.Verify.Exploration;
using Assay.Weaving;
using Assay.Weaving.Observed;

namespace Assay.Jail;

/// <summary>
/// Runs small programs of the candidate's woven code under schedule after schedule, and tells the ways in which they come out. Everything told is a claim: the host checks its form, and judges it.
/// </summary>
internal sealed class Exploration(WovenCode code, Submission submission)
{
    private const int MostBytes = 2 << 20;
    private const int MostSteps = 1_000;
    private const int MostText = 300;
    private const int MostReason = 1_000;

    /// <summary>Loads a woven assembly beside the plain one.</summary>
    public static Exploration Load(Type contract, BinaryReader body)
    {
        var woven = body.ReadBytes(body.ReadInt32());
        var code = WovenCode.LoadWoven(woven, SiteTableForm.Read(body.ReadBytes(body.ReadInt32())));
        return new Exploration(code, Submission.Of(contract, code.Assembly));
    }

    /// <summary>The ways in which a program comes out.</summary>
    public byte[] Explore(BinaryReader body)
    {
        var program = ReadProgram(body);
        using var observation = new Observation(code, program, Keep, new ObservationOptions { Seed = body.ReadInt32(), MaxRuns = body.ReadInt32() });
        var bytes = new MemoryStream();
        var writer = new BinaryWriter(bytes);
        if (!StallWatch.TryRun(observation.Explore, () => observation.Progress, out var seen))
        {
            writer.Write($"the code waits for, or computes, something that exploration has no hold on{(observation.Place is { } at ? ", after " + ObservedText.Place(at) : "")}");
            return bytes.ToArray();
        }

        writer.Write("");
        writer.Write(seen!.Runs);
        foreach (var outcome in seen.Outcomes)
        {
            if (bytes.Length > MostBytes)
                break;
            writer.Write(true);
            WriteOutcome(writer, outcome);
        }

        writer.Write(false);
        return bytes.ToArray();
    }

    /// <summary>What a schedule comes to, step by step.</summary>
    public byte[] Replay(BinaryReader body)
    {
        var program = ReadProgram(body);
        var (schedule, simplifies) = (body.ReadString(), body.ReadBoolean());
        using var observation = new Observation(code, program, Keep, new ObservationOptions());
        var bytes = new MemoryStream();
        var writer = new BinaryWriter(bytes);
        if (!StallWatch.TryRun(() => observation.Replay(schedule, simplifies), () => observation.Progress, out var replay))
        {
            writer.Write(false);
            return bytes.ToArray();
        }

        writer.Write(true);
        WriteOutcome(writer, replay!.Outcome);
        foreach (var step in replay.Finding.Steps.Where(step => step.Site.Kind != SiteKind.Loop).Take(MostSteps))
            WriteStep(writer, step);
        writer.Write(-1);
        return bytes.ToArray();
    }

    // An answer in the form in which it crosses, each byte a character: equal for equal answers.
    private KeptAnswer Keep(ObservedCall call, object? value)
    {
        var type = ContractMethods.ResultOf(call.Returns);
        if (type == typeof(void))
            return new KeptAnswer("", null);
        var bytes = new MemoryStream();
        Wire.Write(new BinaryWriter(bytes), type, value);
        return new KeptAnswer(Encoding.Latin1.GetString(bytes.GetBuffer(), 0, (int)bytes.Length), value);
    }

    private ObservedProgram ReadProgram(BinaryReader body)
    {
        var loads = new ScriptedLoads();
        var parameters = submission.Constructor.GetParameters();
        var clock = Array.FindIndex(parameters, parameter => parameter.ParameterType == typeof(TimeProvider));
        var arguments = Array.ConvertAll(parameters, parameter => parameter.ParameterType == typeof(TimeProvider) ? null : ReadArgument(body, parameter.ParameterType, loads));
        var before = new ObservedMoment[body.ReadInt32()];
        for (var i = 0; i < before.Length; i++)
            before[i] = body.ReadBoolean() ? new ObservedMoment(ReadCall(body, loads), default) : new ObservedMoment(null, new TimeSpan(body.ReadInt64()));
        var lanes = new IReadOnlyList<ObservedCall>[body.ReadInt32()];
        for (var i = 0; i < lanes.Length; i++)
            lanes[i] = ReadCalls(body, loads);
        return new ObservedProgram(time => Create(arguments, clock, time), before, lanes, ReadCalls(body, loads), loads);
    }

    private object Create(object?[] arguments, int clock, TimeProvider time)
    {
        var given = (object?[])arguments.Clone();
        if (clock >= 0)
            given[clock] = time;
        return submission.Constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, given, null);
    }

    private ObservedCall[] ReadCalls(BinaryReader body, ScriptedLoads loads)
    {
        var calls = new ObservedCall[body.ReadInt32()];
        for (var i = 0; i < calls.Length; i++)
            calls[i] = ReadCall(body, loads);
        return calls;
    }

    private ObservedCall ReadCall(BinaryReader body, ScriptedLoads loads)
    {
        var (index, text) = (body.ReadInt32(), body.ReadString());
        if (index < 0 || index >= submission.Methods.Length)
            throw new RefusedException($"no method {index}");
        var method = submission.Methods[index];
        var arguments = Array.ConvertAll(method.GetParameters(), parameter => ReadArgument(body, parameter.ParameterType, loads));
        return ObservedCall.Of(text, method, arguments);
    }

    private static object? ReadArgument(BinaryReader body, Type type, ScriptedLoads loads)
    {
        if (type != typeof(CancellationToken) && !type.IsSubclassOf(typeof(Delegate)))
            return Wire.Read(body, type);
        var number = body.ReadInt64();
        if (type == typeof(CancellationToken))
            return CancellationToken.None;
        return number == 0 ? null : loads.Of((LoadScript)(-number - 1));
    }

    private static void WriteOutcome(BinaryWriter writer, ObservedOutcome outcome)
    {
        writer.Write((byte)outcome.End.Kind);
        writer.Write(Shortened(ObservedText.Reason(outcome.End), MostReason));
        writer.Write(outcome.Loads);
        writer.Write(outcome.Steps);
        writer.Write(outcome.Number);
        writer.Write(outcome.Schedule);
        foreach (var answer in outcome.Answers)
        {
            writer.Write(answer.Began);
            writer.Write(answer.Ended);
            if (answer.Ended == 0)
                continue;
            writer.Write(answer.Thrown is not null);
            if (answer.Thrown is { } thrown)
                writer.Write(Shortened(thrown, MostText));
            else
                writer.Write(Encoding.Latin1.GetBytes(answer.Form ?? ""));
        }
    }

    private static void WriteStep(BinaryWriter writer, LoggedStep step)
    {
        writer.Write(step.Lane);
        writer.Write(Shortened(step.LaneName, MostText));
        writer.Write(Shortened(step.Site.File, MostText));
        writer.Write(step.Site.Line);
        writer.Write(Shortened(ObservedText.Does(step), MostText));
        writer.Write(Shortened(step.Target, MostText));
        writer.Write(Shortened(step.Value, MostText));
        writer.Write(Shortened(step.Held, MostText));
        writer.Write(step.Waits);
    }

    private static string Shortened(string text, int most) => text.Length <= most ? text : text[..most];
}
