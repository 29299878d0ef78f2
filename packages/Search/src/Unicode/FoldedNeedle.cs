using Gabbro.Search.Units;

namespace Gabbro.Search.Unicode;

/// <summary>
/// A needle as folded characters, its failure function (Knuth, Morris and Pratt, 1977) in both directions, and where in it
/// a vector loop can look: a run of characters whose variants all have one encoded length, so that offsets within the run
/// are fixed, and two units in it that take at most two values.
/// </summary>
internal sealed unsafe class FoldedNeedle
{
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
    internal bool HasProbes { get; private set; }

    /// <summary>How many characters come before the run that the probes are in.</summary>
    internal int RunStart { get; private set; }

    /// <summary>The most bytes a match can have.</summary>
    internal int LongestMatch { get; private set; }

    internal UnitProbe First { get; private set; }

    internal UnitProbe Second { get; private set; }

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
                    HashSet<int> values = [];
                    foreach ((byte[] bytes, int _) in variants)
                        fixed (byte* start = bytes) values.Add(TUnit.Read(start + unit));
                    int[] distinct = [.. values];
                    if (distinct.Length <= 2)
                        run.Add(new UnitProbe(offset + unit, distinct[0], distinct[^1], distinct.Max(TUnit.Commonness) + 5 * (distinct.Length - 1)));
                }
                offset += size;
                continue;
            }
            if (run.Count > 0)
            {
                UnitProbe rarest = run.MinBy(probe => probe.Commonness);
                UnitProbe second = run.Where(probe => probe.Offset != rarest.Offset).DefaultIfEmpty(rarest)
                    .MinBy(probe => probe.Commonness + (probe.A == rarest.A ? 60 : 0));
                int cost = rarest.Commonness + second.Commonness + (second == rarest ? 200 : 0);
                if (cost < bestCost)
                {
                    bestCost = cost;
                    HasProbes = true;
                    RunStart = runStart;
                    First = rarest;
                    Second = second;
                }
            }
            run = [];
            runStart = i + 1;
            offset = 0;
        }
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
