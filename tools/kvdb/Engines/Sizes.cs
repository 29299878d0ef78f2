using System.Globalization;

namespace Gabbro.Tools.Kvdb.Engines;

/// <summary>Byte counts for people.</summary>
internal static class Sizes
{
    private static readonly string[] s_units = ["bytes", "KB", "MB", "GB", "TB"];

    public static string Text(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= 1024 && unit < s_units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return unit == 0 ? $"{bytes} bytes" : value.ToString("F1", CultureInfo.InvariantCulture) + " " + s_units[unit];
    }
}
