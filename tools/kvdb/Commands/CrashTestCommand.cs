using System.CommandLine;
using Gabbro.Tools.Kvdb.Crashing;

namespace Gabbro.Tools.Kvdb.Commands;

/// <summary>kvdb crashtest, and the worker it kills.</summary>
internal static class CrashTestCommand
{
    public static void AddTo(RootCommand root)
    {
        var command = new Command("crashtest", "Kills writing processes for real, cuts simulated power, and verifies what is left.");
        var rounds = new Option<int>("--rounds") { Description = "Kills of each test.", DefaultValueFactory = _ => 5 };
        var seed = new Option<int>("--seed") { Description = "Seed of the moments; 0 for a fresh one.", DefaultValueFactory = _ => 0 };
        var directory = new Option<string?>("--db") { Description = "Where; a temporary directory without it." };
        command.Add(rounds);
        command.Add(seed);
        command.Add(directory);
        command.SetAction(result => new CrashTest(
            Console.Out, result.GetValue(rounds), result.GetValue(seed) is var given && given != 0 ? given : Random.Shared.Next(), result.GetValue(directory)).Run());
        root.Add(command);

        var worker = new Command("crashworker", "Writes until it is killed; run by crashtest.") { Hidden = true };
        var path = new Argument<string>("path");
        var threads = new Option<int>("--threads") { DefaultValueFactory = _ => 1 };
        var compact = new Option<bool>("--compact");
        worker.Add(path);
        worker.Add(threads);
        worker.Add(compact);
        worker.SetAction(result => CrashWorker.Run(result.GetValue(path)!, result.GetValue(threads), result.GetValue(compact)));
        root.Add(worker);
    }
}
