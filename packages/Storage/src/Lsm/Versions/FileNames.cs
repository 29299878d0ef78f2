using System.Globalization;

namespace Gabbro.Storage.Lsm.Versions;

/// <summary>The names of a database's files.</summary>
internal static class FileNames
{
    public const string Current = "CURRENT";
    public const string LockFile = "LOCK";
    private const string ManifestPrefix = "MANIFEST-";

    public static string Log(string directory, ulong number) => Path.Combine(directory, $"{number:D6}.log");

    public static string Table(string directory, ulong number) => Path.Combine(directory, $"{number:D6}.sst");

    public static string Manifest(string directory, ulong number) => Path.Combine(directory, ManifestName(number));

    public static string ManifestName(ulong number) => $"{ManifestPrefix}{number:D6}";

    /// <summary>What a name is, and its number.</summary>
    public static FileKind Parse(string name, out ulong number)
    {
        number = 0;
        if (name.StartsWith(ManifestPrefix, StringComparison.Ordinal))
            return TryNumber(name.AsSpan(ManifestPrefix.Length), out number) ? FileKind.Manifest : FileKind.Other;
        if (name.EndsWith(".log", StringComparison.Ordinal))
            return TryNumber(name.AsSpan(0, name.Length - 4), out number) ? FileKind.Log : FileKind.Other;
        if (name.EndsWith(".sst", StringComparison.Ordinal))
            return TryNumber(name.AsSpan(0, name.Length - 4), out number) ? FileKind.Table : FileKind.Other;
        return name.EndsWith(".tmp", StringComparison.Ordinal) ? FileKind.Temporary : FileKind.Other;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out ulong number) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
