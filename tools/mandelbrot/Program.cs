using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

using Gabbro.Tools.Mandelbrot;

var threads = new Option<int>("--threads") { Description = "Threads to scale up to.", DefaultValueFactory = _ => Environment.ProcessorCount };
var size = new Option<(int Width, int Height)?>("--size")
{
    Description = "Width and height in pixels; 1920x1080 unless given.",
    HelpName = "WxH",
    CustomParser = ParseSize,
};
var iterations = new Option<int>("--iterations") { Description = "Iterations after which a point counts as inside.", DefaultValueFactory = _ => 1000 };
var repeat = new Option<int>("--repeat") { Description = "Renderings per number of threads; the best counts.", DefaultValueFactory = _ => 3 };
var output = new Option<string?>("--out") { Description = "Picture to write, a PNG.", HelpName = "FILE" };
var plot = new Option<string?>("--plot") { Description = "Chart to write, an SVG.", HelpName = "FILE" };
var json = new Option<bool>("--json") { Description = "Print one JSON document." };
AtLeastOne(threads, 1024);
AtLeastOne(iterations, 1_000_000);
AtLeastOne(repeat, 1000);

var root = new RootCommand("Renders the Mandelbrot set on a work-stealing pool, with one thread and with more, and shows the speed-up.")
{
    threads, size, iterations, repeat, output, plot, json,
};
root.SetAction(result =>
{
    var (width, height) = result.GetValue(size) ?? (1920, 1080);
    return RenderCommand.Run(new RenderOptions(
        result.GetValue(threads),
        width,
        height,
        result.GetValue(iterations),
        result.GetValue(repeat),
        result.GetValue(output),
        result.GetValue(plot),
        result.GetValue(json)));
});

var counts = new Option<int[]>("--threads") { Description = "Numbers of threads to try.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [1, 2, 4, 8, 16] };
counts.Validators.Add(result =>
{
    if (result.Tokens.Any(t => int.TryParse(t.Value, CultureInfo.InvariantCulture, out var n) && n is < 1 or > 1024))
        result.AddError("--threads takes numbers from 1 to 1024.");
});
var operations = new Option<int>("--operations") { Description = "Operations per measurement.", DefaultValueFactory = _ => 2_000_000 };
AtLeastOne(operations, 1_000_000_000);
var queuesPlot = new Option<string?>("--plot") { Description = "Chart to write, an SVG.", HelpName = "FILE" };
var queuesJson = new Option<bool>("--json") { Description = "Print one JSON document." };
var queues = new Command("queues", "Shows how often the lock-free queues lose a compare-and-swap under rising contention.")
{
    counts, operations, queuesPlot, queuesJson,
};
queues.SetAction(result => QueuesCommand.Run(
    result.GetValue(counts)!, result.GetValue(operations), result.GetValue(queuesPlot), result.GetValue(queuesJson)));
root.Add(queues);

try
{
    var parsed = root.Parse(args);
    var exitCode = parsed.Invoke();

    // A wrong command line is 2 everywhere in Gabbro.
    return parsed.Errors.Count > 0 ? 2 : exitCode;
}
catch (IOException)
{
    // The reader of our output went away.
    return 1;
}

static (int Width, int Height)? ParseSize(ArgumentResult result)
{
    var parts = result.Tokens[0].Value.Split('x');
    if (parts.Length == 2
        && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var width)
        && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var height)
        && width is >= 1 and <= 32_768
        && height is >= 1 and <= 32_768
        && 3L * width * height < Array.MaxLength)
    {
        return (width, height);
    }

    result.AddError($"'{result.Tokens[0].Value}' is not a size such as 1920x1080.");
    return null;
}

static void AtLeastOne(Option<int> option, int most) => option.Validators.Add(result =>
{
    // A value that is no number at all is reported by the parser itself.
    if (result.Tokens.Count == 1
        && long.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var value)
        && (value < 1 || value > most))
    {
        result.AddError($"{option.Name} takes a number from 1 to {most}.");
    }
});
