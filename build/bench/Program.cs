using System.CommandLine;
using Assay.Bench;
using Assay.Bench.Exploration;
using Assay.Bench.Grading;
using Assay.Bench.Reference;

// Analysis recurses over syntax; generated sources nest deeper than a default stack allows.
var exitCode = 0;
var worker = new Thread(() => exitCode = Run(args), maxStackSize: 256 * 1024 * 1024);
worker.Start();
worker.Join();
return exitCode;

static int Run(string[] args) =>
    new RootCommand("Measures Assay and runs it over real code.")
    {
        CorpusCommand.Create(),
        CostCommand.Create(),
        CrossCheckCommand.Create(),
        FlakeCommand.Create(),
        GradeCommand.Create(),
        IdeCommand.Create(),
        JailCommand.Create(),
        PowerCommand.Create(),
        ReferenceCommand.Create(),
        ScaleCommand.Create(),
    }
        .Parse(args)
        .Invoke();
