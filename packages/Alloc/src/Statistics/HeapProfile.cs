using System.Globalization;
using System.Text;

namespace Gabbro.Alloc;

/// <summary>Where the memory that is live now was allocated, estimated from samples.</summary>
public sealed class HeapProfile
{
    internal HeapProfile(long sampleInterval, IReadOnlyList<HeapProfileStack> stacks)
    {
        SampleInterval = sampleInterval;
        Stacks = stacks;
    }

    /// <summary>Bytes of growth a sample stands for.</summary>
    public long SampleInterval { get; }

    /// <summary>The call stacks that own live samples, the most bytes first.</summary>
    public IReadOnlyList<HeapProfileStack> Stacks { get; }

    /// <summary>
    /// The profile in the folded form that flame-graph tools read: frames from the root, separated by semicolons, a space,
    /// and the bytes; one stack a line.
    /// </summary>
    /// <returns>The text.</returns>
    public string ToFolded()
    {
        StringBuilder text = new();
        foreach (HeapProfileStack stack in Stacks)
        {
            string[] frames = stack.Stack.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            Array.Reverse(frames);
            IEnumerable<string> names = frames.Select(static frame => (frame.StartsWith("at ", StringComparison.Ordinal) ? frame[3..] : frame).Replace(';', ':'));
            text.Append(CultureInfo.InvariantCulture, $"{string.Join(';', names)} {stack.EstimatedBytes}\n");
        }
        return text.ToString();
    }
}
