using Gabbro.Search.Units;

namespace Gabbro.Search.Unicode;

/// <summary>
/// A needle as folded characters, its failure function (Knuth, Morris and Pratt, 1977) in both directions, and where in it
/// a vector loop can look: a run of characters whose variants all have one encoded length, so that offsets within the run
/// are fixed, and up to four units in it whose values differ in few bits.
/// </summary>
internal sealed unsafe class FoldedNeedle
{
    // A probe that disregards more bits than this lets too much pass.
    private const int MostBits = 3;

    private FoldedNeedle(int[] characters)
    {
        Characters = characters;
        Failure = ComputeFailure(characters);
        Reversed = [.. characters.Reverse()];
        ReversedFailure = ComputeFailure(Reversed);
    }

    internal int[] Characters { get; }

    internal int[] Failure { get; }

    internal int[] Reversed { get; }

    internal int[] ReversedFailure { get; }

    /// <summary>Whether there are probes; else every character is looked at.</summary>
    internal bool HasProbes => Probes.Length > 0;

    /// <summary>How many characters come before the run that the probes are in.</summary>
    internal int RunStart { get; private set; }

    /// <summary>The most bytes a match can have.</summary>
    internal int LongestMatch { get; private set; }

    /// <summary>Four probes, the one expected to be rarest first; where the run has fewer units, some repeat.</summary>
    internal UnitProbe[] Probes { get; private set; } = [];

    /// <summary>The furthest that a probe lies from the beginning of its run.</summary>
    internal nint ProbeReach { get; private set; }

    /// <exception cref="ArgumentException">The needle is ill-formed.</exception>
    internal static FoldedNeedle Create<TUnit, TCharacters>(ReadOnlySpan<byte> needle) where TUnit : IUnit where TCharacters : ICharacters
    {
        List<int> characters = [];
        fixed (byte* start = needle)
        {
            for (nint i = 0; i < needle.Length;)
            {
                int size = TCharacters.Decode(start + i, needle.Length - i, out int character);
                if (size == 0) throw new ArgumentException($"The needle is ill-formed at byte {i}; Unicode folding needs valid text.", nameof(needle));
                characters.Add(CaseFolding.Fold(character));
                i += size;
            }
        }
        FoldedNeedle folded = new([.. characters]);
        folded.ChooseProbes<TUnit, TCharacters>();
        return folded;
    }

    private void ChooseProbes<TUnit, TCharacters>() where TUnit : IUnit where TCharacters : ICharacters
    {
        byte* encoded = stackalloc byte[4];
        List<UnitProbe> run = [];
        int runStart = 0, offset = 0, bestCost = int.MaxValue;
        for (int i = 0; i <= Characters.Length; i++)
        {
            int size = 0, longest = 0;
            List<(byte[] Bytes, int Size)> variants = [];
            if (i < Characters.Length)
            {
                foreach (int variant in CaseFolding.Variants(Characters[i]))
                {
                    int length = TCharacters.Encode(variant, encoded);
                    variants.Add((new ReadOnlySpan<byte>(encoded, length).ToArray(), length));
                    size = size == 0 || size == length ? length : -1;
                    longest = int.Max(longest, length);
                }
                LongestMatch += longest;
            }
            if (size > 0)
            {
                for (int unit = 0; unit < size; unit += TUnit.Size)
                {
                    int value = 0, mask = 0, commonness = 0;
                    for (int k = 0; k < variants.Count; k++)
                    {
                        fixed (byte* start = variants[k].Bytes)
                        {
                            int other = TUnit.Read(start + unit);
                            if (k == 0) value = other;
                            mask |= value ^ other;
                            commonness = int.Max(commonness, TUnit.Commonness(other));
                        }
                    }
                    int bits = System.Numerics.BitOperations.PopCount((uint)mask);
                    if (bits <= MostBits) run.Add(new UnitProbe(offset + unit, value | mask, mask, commonness + 5 * bits));
                }
                offset += size;
                continue;
            }
            if (run.Count > 0)
            {
                UnitProbe[] chosen = Choose(run);
                int cost = chosen[0].Commonness + chosen[1].Commonness + (run.Count == 1 ? 200 : 0);
                if (cost < bestCost)
                {
                    bestCost = cost;
                    RunStart = runStart;
                    Probes = chosen;
                    ProbeReach = chosen.Max(probe => probe.Offset);
                }
            }
            run = [];
            runStart = i + 1;
            offset = 0;
        }
    }

    // The rarest first; the same value twice filters less than two values.
    private static UnitProbe[] Choose(List<UnitProbe> run)
    {
        UnitProbe[] chosen = new UnitProbe[4];
        for (int k = 0; k < chosen.Length; k++)
        {
            int best = int.MaxValue;
            chosen[k] = chosen[0];
            foreach (UnitProbe probe in run)
            {
                int cost = probe.Commonness;
                bool taken = false;
                for (int p = 0; p < k; p++)
                {
                    taken |= chosen[p].Offset == probe.Offset;
                    if (chosen[p].Value == probe.Value) cost += 60;
                }
                if (taken || cost >= best) continue;
                best = cost;
                chosen[k] = probe;
            }
        }
        return chosen;
    }

    private static int[] ComputeFailure(int[] characters)
    {
        int[] failure = new int[characters.Length + 1];
        for (int i = 1, k = 0; i < characters.Length; i++)
        {
            while (k > 0 && characters[i] != characters[k]) k = failure[k];
            if (characters[i] == characters[k]) k++;
            failure[i + 1] = k;
        }
        return failure;
    }
}
