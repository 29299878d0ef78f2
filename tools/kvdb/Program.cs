using System.CommandLine;
using System.CommandLine.Parsing;
using Gabbro.Storage;
using Gabbro.Tools.Kvdb.Commands;
using Gabbro.Tools.Kvdb.Serving;
using Gabbro.Tools.Kvdb.Shell;

var root = new RootCommand("Shell, server, inspector, benchmark and crash tester for Gabbro.Storage databases.");
var rootPath = new Argument<string?>("path") { Description = "The database the shell opens.", Arity = ArgumentArity.ZeroOrOne };
rootPath.Validators.Add(result =>
{
    // What looks like an option and is none would otherwise be taken for the database.
    if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith('-')) is { } option)
        result.AddError($"Unknown option '{option.Value}'.");
});
root.Add(rootPath);
root.SetAction(result => new KvShell(Console.In, Console.Out, interactive: !Console.IsInputRedirected).Run(result.GetValue(rootPath)));
ServeCommand.AddTo(root);
BenchCommand.AddTo(root);
MaintenanceCommands.AddTo(root);
CrashTestCommand.AddTo(root);
FileCommands.AddTo(root);

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine(parsed.Errors[0].Message);
    Console.Error.WriteLine("Usage: kvdb [PATH] | kvdb COMMAND ... (kvdb --help lists the commands)");
    return 2;
}

try
{
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is UsageException or ArgumentException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (Exception e) when (e is StorageException or NotSupportedException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (IOException)
{
    // The reader of our output has gone.
    return 1;
}
