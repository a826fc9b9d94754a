using System.CommandLine;
using Assay.Exercises;
using Assay.Grading.Compile;
using Assay.Grading.Intake;
using Assay.Grading.Jail;

namespace Assay.Bench.Grading;

/// <summary>Where the processor time of jails goes: starting one, loading a submission, each check.</summary>
internal static class JailCommand
{
    public static Command Create()
    {
        var folder = new Option<string>("--folder") { Description = "A folder with one folder an exercise.", DefaultValueFactory = _ => "samples/submissions" };
        var only = new Option<string>("--only") { Description = "Only submissions whose exercise/name contains this.", DefaultValueFactory = _ => "/locks" };
        var rounds = new Option<int>("--rounds") { Description = "How often each is measured.", DefaultValueFactory = _ => 5 };
        var command = new Command("jail", "Measures what each check costs in the jail.") { folder, only, rounds };
        command.SetAction(parsed => Run(parsed.GetValue(folder)!, parsed.GetValue(only)!, parsed.GetValue(rounds)));
        return command;
    }

    private static void Run(string folder, string only, int rounds)
    {
        using var launcher = Isolation.Choose("strong", new JailLimits());
        foreach (var sample in Sample.In(folder).Where(sample => $"{sample.Exercise.Id}/{sample.Name}".Contains(only, StringComparison.Ordinal)))
        {
            using var compilerLauncher = Isolation.ForCompiler(launcher, SubmissionCompiler.Limits);
            using var compiler = new SubmissionCompiler(compilerLauncher, sample.Exercise);
            var answer = compiler.Compile(SubmissionReader.Read(sample.Path, new IntakeLimits()));
            var woven = new WovenSubmission(answer.Woven?.Assembly, answer.Woven?.Sites, answer.Woven?.WhyNot);
            Console.WriteLine($"{sample.Exercise.Id}/{sample.Name}");
            foreach (var stage in sample.Exercise.Stages)
                Print(stage, Enumerable.Range(0, rounds).Select(_ => Measure(launcher, sample.Exercise, stage, answer.Assembly!, woven)).ToList());
        }
    }

    private static List<double> Measure(JailLauncher launcher, Exercise exercise, Stage stage, byte[] assembly, WovenSubmission woven)
    {
        using var session = new JailSession(launcher);
        session.Reach();
        List<double> costs = [Cpu(session)];
        session.Load(exercise.Contract, assembly);
        costs.Add(Cpu(session));
        foreach (var check in stage.Checks)
        {
            session.Reset();
            using var subject = new JailedSubject(session, exercise.ConstructorParameters, woven);
            check.Run(new Trial(subject, 12345));
            costs.Add(Cpu(session));
        }

        return [.. costs.Select((cost, i) => i == 0 ? cost : cost - costs[i - 1])];
    }

    private static void Print(Stage stage, List<List<double>> rounds)
    {
        string[] names = ["start", "load", .. stage.Checks.Select(check => check.Id)];
        var middles = names.Select((_, i) => rounds.Select(round => round[i]).Order().ElementAt(rounds.Count / 2)).ToList();
        Console.WriteLine(FormattableString.Invariant($"  stage {stage.Number}: {middles.Sum():F0} ms"));
        for (var i = 0; i < names.Length; i++)
            Console.WriteLine(FormattableString.Invariant($"    {names[i],-40} {middles[i],6:F1}"));
    }

    private static double Cpu(JailSession session) => session.Process.Cpu?.TotalMilliseconds ?? double.NaN;
}
