using System.CommandLine;
using Gabbro.Tools.SysProbe;

ParseResult parsed = Commands.Build().Parse(args);
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine($"sysprobe: {parsed.Errors[0].Message}");
    Console.Error.WriteLine("usage: sysprobe [machine | ls PATH | cat FILE | run -- COMMAND...] [--json] [--help] [--version]");
    return 2;
}

try
{
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (IOException)
{
    // Whoever read the output has closed it.
    return 0;
}
