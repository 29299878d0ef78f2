using BenchmarkDotNet.Running;
using Gabbro.Platform.Benchmarks;
using Gabbro.Platform.Benchmarks.Runners;

switch (args)
{
    case ["pread"]:
        PreadRunner.Run();
        break;
    case ["walk"]:
        WalkRunner.Run();
        break;
    case ["calls"]:
        SmallCallRunner.Run();
        break;
    case ["spawn"]:
        SpawnRunner.Run();
        break;
    case ["sockets"]:
        SocketRunner.Run();
        break;
    case ["plot", string page]:
        File.WriteAllText(Path.ChangeExtension(page, ".svg"), PagePlot.Svg(File.ReadAllText(page)));
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}
