using System.CommandLine;
using Assay.Dev;

return new RootCommand("The one developer command of Assay.") { DocsCommand.Create(), NewRuleCommand.Create() }
    .Parse(args)
    .Invoke();
