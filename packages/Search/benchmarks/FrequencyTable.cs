namespace Gabbro.Search.Benchmarks;

/// <summary><c>frequencies WEIGHT:DIRECTORY...</c>: computes the byte frequency table anew from files, as the library keeps it.</summary>
internal static class FrequencyTable
{
    internal static int Run(string[] arguments)
    {
        double[] share = new double[256];
        double weights = 0;
        foreach (string argument in arguments)
        {
            int colon = argument.IndexOf(':', StringComparison.Ordinal);
            double weight = double.Parse(argument[..colon], System.Globalization.CultureInfo.InvariantCulture);
            long[] counts = new long[256];
            foreach (string file in Directory.EnumerateFiles(argument[(colon + 1)..], "*", SearchOption.AllDirectories))
                foreach (byte value in File.ReadAllBytes(file)) counts[value]++;
            double total = double.Max(1, counts.Sum());
            for (int i = 0; i < 256; i++) share[i] += weight * counts[i] / total;
            weights += weight;
        }
        for (int row = 0; row < 256; row += 16)
            Console.WriteLine(string.Join(", ", Enumerable.Range(row, 16).Select(i => Math.Clamp(Math.Round(10 * (Math.Log2(double.Max(share[i] / weights, 1e-9)) + 26)), 0, 255))) + ",");
        return 0;
    }
}
