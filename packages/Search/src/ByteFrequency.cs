namespace Gabbro.Search;

/// <summary>
/// How common each byte value is in ordinary data: ten steps to a factor of two, so that 10 less is half as common and
/// 160 is about one byte in a thousand.
/// </summary>
/// <remarks>
/// Measured for this project over a weighted mix of man pages and documentation in English (4 parts), C headers, Python
/// and Perl sources (4), XML (3), and one part each of Russian and Ukrainian, Chinese and Japanese, and Western European
/// man pages and of executables: <c>round(10 * (log2(share) + 26))</c>. The benchmark program's <c>frequencies</c> verb
/// computes it anew. Being wrong about a haystack costs time, never answers, and searches correct themselves.
/// </remarks>
internal static class ByteFrequency
{
    private static ReadOnlySpan<byte> Table =>
    [
        205, 160, 147, 145, 144, 144, 132, 142, 151, 165, 206, 131, 132, 123, 156, 162,
        150, 125, 126, 125, 126, 123, 113, 112, 144, 112, 110, 110, 121, 115, 119, 145,
        230, 141, 196, 165, 161, 145, 157, 174, 184, 180, 185, 145, 184, 197, 197, 187,
        172, 173, 171, 164, 164, 159, 155, 147, 155, 153, 184, 160, 188, 187, 188, 133,
        149, 181, 181, 177, 178, 183, 169, 168, 180, 187, 144, 154, 177, 173, 177, 176,
        187, 143, 187, 184, 184, 167, 157, 162, 163, 151, 156, 160, 201, 160, 136, 191,
        146, 211, 188, 205, 201, 219, 203, 195, 196, 210, 159, 178, 207, 208, 213, 211,
        198, 161, 208, 209, 214, 198, 182, 180, 185, 185, 166, 148, 149, 148, 162, 118,
        173, 182, 180, 180, 161, 158, 150, 153, 156, 169, 141, 165, 160, 156, 142, 159,
        151, 139, 146, 140, 150, 152, 163, 151, 144, 150, 145, 142, 146, 140, 140, 146,
        149, 153, 140, 139, 151, 134, 146, 149, 153, 149, 149, 152, 134, 146, 153, 150,
        174, 156, 163, 155, 161, 168, 152, 157, 171, 153, 165, 163, 167, 171, 176, 162,
        146, 131, 137, 162, 142, 136, 133, 139, 125, 126, 113, 106, 115, 111, 148, 137,
        202, 190, 132, 116, 112, 110, 133, 150, 145, 138, 113, 120, 112, 107, 116, 129,
        131, 140, 134, 190, 151, 166, 159, 155, 161, 154, 124, 138, 139, 130, 125, 134,
        128, 120, 120, 128, 121, 124, 133, 130, 132, 125, 132, 127, 132, 131, 138, 175,
    ];

    internal static int Of(int value) => Table[value];
}
