using System.CommandLine;
using System.Text;
using Gabbro.Tools.Kvdb.Engines;
using Gabbro.Tools.Kvdb.Serving;

namespace Gabbro.Tools.Kvdb.Commands;

/// <summary>kvdb serve: the line protocol on standard input and output.</summary>
internal static class ServeCommand
{
    private const int LineBuffer = 1 << 16;

    public static void AddTo(RootCommand root)
    {
        var command = new Command("serve", "Speaks the line protocol on standard input and output.");
        var engine = new Option<string>("--engine") { Description = "The engine.", DefaultValueFactory = _ => "lsm" };
        engine.AcceptOnlyFromAmong(EngineFactory.Names);
        var sync = new Option<bool>("--sync") { Description = "Every answered write outlives a power failure." };
        var path = new Argument<string>("path") { Description = "The database." };
        command.Add(engine);
        command.Add(sync);
        command.Add(path);
        command.SetAction(result => Serve(result.GetValue(engine)!, result.GetValue(path)!, result.GetValue(sync)));
        root.Add(command);
    }

    private static int Serve(string engine, string path, bool sync)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), LineBuffer);
        using var input = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8, false, LineBuffer);
        IEngine opened;
        try
        {
            opened = EngineFactory.Open(engine, path, new EngineOptions { SyncByDefault = sync });
        }
        catch (Exception e)
        {
            output.Write($"err {ErrorClass.Of(e)} {e.Message.ReplaceLineEndings(" ")}\n");
            output.Flush();
            return 1;
        }

        new ServeSession(opened, sync, input, output).Run();
        return 0;
    }
}
