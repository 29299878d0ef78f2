using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Gabbro.Platform.Machine;

/// <summary>What the processor is and can do, as it tells itself. What the runtime uses may be less: environment variables and
/// hypervisors switch features off.</summary>
public static class ProcessorInfo
{
    private static readonly (uint Leaf, int Register, int Bit, string Name)[] Known =
    [
        (1, 2, 0, "sse3"), (1, 2, 1, "pclmulqdq"), (1, 2, 9, "ssse3"), (1, 2, 12, "fma"), (1, 2, 13, "cx16"), (1, 2, 19, "sse4.1"),
        (1, 2, 20, "sse4.2"), (1, 2, 22, "movbe"), (1, 2, 23, "popcnt"), (1, 2, 25, "aes"), (1, 2, 28, "avx"), (1, 2, 29, "f16c"),
        (1, 2, 30, "rdrand"), (1, 2, 31, "hypervisor"), (1, 3, 25, "sse"), (1, 3, 26, "sse2"),
        (7, 1, 3, "bmi1"), (7, 1, 5, "avx2"), (7, 1, 8, "bmi2"), (7, 1, 9, "erms"), (7, 1, 16, "avx512f"), (7, 1, 17, "avx512dq"),
        (7, 1, 18, "rdseed"), (7, 1, 19, "adx"), (7, 1, 23, "clflushopt"), (7, 1, 24, "clwb"), (7, 1, 28, "avx512cd"), (7, 1, 29, "sha"),
        (7, 1, 30, "avx512bw"), (7, 1, 31, "avx512vl"), (7, 2, 1, "avx512vbmi"), (7, 2, 5, "waitpkg"), (7, 2, 6, "avx512vbmi2"), (7, 2, 8, "gfni"),
        (7, 2, 9, "vaes"), (7, 2, 10, "vpclmulqdq"), (7, 2, 11, "avx512vnni"), (7, 2, 12, "avx512bitalg"), (7, 2, 14, "avx512vpopcntdq"),
        (0x80000001, 2, 5, "lzcnt"), (0x80000001, 3, 26, "1gb-pages"), (0x80000001, 3, 27, "rdtscp"), (0x80000007, 3, 8, "invariant-tsc"),
    ];

    /// <summary>The architecture of this process.</summary>
    public static Architecture Architecture => RuntimeInformation.ProcessArchitecture;

    /// <summary>The maker, such as <c>GenuineIntel</c>; empty when the processor does not tell.</summary>
    public static string Vendor { get; } = X86Base.IsSupported ? Text(Leaf(0), 1, 3, 2) : "";

    /// <summary>The model, such as <c>AMD EPYC 9554</c>; empty when the processor does not tell.</summary>
    public static string Model { get; } = ReadModel();

    /// <summary>The names of the instruction sets and abilities the processor has.</summary>
    public static IReadOnlyList<string> Features { get; } = ReadFeatures();

    private static string ReadModel()
    {
        if (!X86Base.IsSupported || (uint)Leaf(0x80000000)[0] < 0x80000004) return "";
        StringBuilder model = new();
        for (uint leaf = 0x80000002; leaf <= 0x80000004; leaf++) model.Append(Text(Leaf(leaf), 0, 1, 2, 3));
        return model.ToString().TrimEnd('\0').Trim();
    }

    private static List<string> ReadFeatures()
    {
        List<string> names = [];
        if (X86Base.IsSupported)
        {
            uint basic = (uint)Leaf(0)[0], extended = (uint)Leaf(0x80000000)[0];
            foreach ((uint leaf, int register, int bit, string name) in Known)
            {
                // Beyond its last leaf a processor answers with another's bits.
                if (leaf > (leaf >= 0x80000000 ? extended : basic)) continue;
                if ((Leaf(leaf)[register] >> bit & 1) != 0) names.Add(name);
            }
        }
        else if (ArmBase.IsSupported)
        {
            if (AdvSimd.IsSupported) names.Add("neon");
            if (System.Runtime.Intrinsics.Arm.Aes.IsSupported) names.Add("aes");
            if (Crc32.IsSupported) names.Add("crc32");
            if (Dp.IsSupported) names.Add("dotprod");
            if (Rdm.IsSupported) names.Add("rdm");
            if (Sha1.IsSupported) names.Add("sha1");
            if (Sha256.IsSupported) names.Add("sha256");
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private static int[] Leaf(uint leaf)
    {
        (int a, int b, int c, int d) = X86Base.CpuId((int)leaf, 0);
        return [a, b, c, d];
    }

    private static string Text(int[] registers, params ReadOnlySpan<int> order)
    {
        StringBuilder text = new();
        foreach (int index in order)
            for (int shift = 0; shift < 32; shift += 8) text.Append((char)((registers[index] >> shift) & 0xFF));
        return text.ToString();
    }
}
