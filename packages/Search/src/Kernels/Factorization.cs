using Gabbro.Search.Units;

namespace Gabbro.Search.Kernels;

/// <summary>
/// A critical factorization of a needle (Crochemore and Perrin, "Two-way string-matching", JACM 38, 1991): cut into a
/// left and a right part so that once the right part has matched, no occurrence can start less than <see cref="Shift"/>
/// later. Computed in O(m) time and O(1) space.
/// </summary>
internal readonly unsafe struct Factorization
{
    /// <summary>Bytes in the left part (of the reversed needle for the backward direction).</summary>
    internal readonly nint Critical;

    /// <summary>How far to move when the right part matched, whether or not the left did.</summary>
    internal readonly nint Shift;

    /// <summary>Whether <see cref="Shift"/> is a period of the whole needle, so that a move by it keeps what matched.</summary>
    internal readonly bool Periodic;

    private Factorization(nint critical, nint shift, bool periodic)
    {
        Critical = critical;
        Shift = shift;
        Periodic = periodic;
    }

    internal static Factorization Compute<TUnit>(byte* needle, nint length, bool backward) where TUnit : IUnit
    {
        nint units = length >> TUnit.Shift;
        byte* first = backward ? needle + length - TUnit.Size : needle;
        nint step = backward ? -TUnit.Size : TUnit.Size;
        nint cut = MaximalSuffix<TUnit>(first, step, units, ascending: true, out nint period);
        nint otherCut = MaximalSuffix<TUnit>(first, step, units, ascending: false, out nint otherPeriod);
        if (otherCut > cut)
        {
            cut = otherCut;
            period = otherPeriod;
        }
        // The period of the right part is the needle's if the left part agrees with it.
        bool periodic = cut + period <= units;
        for (nint i = 0; periodic && i < cut; i++)
            periodic = TUnit.Read(first + i * step) == TUnit.Read(first + (i + period) * step);
        nint shift = periodic ? period : nint.Max(cut, units - cut) + 1;
        return new Factorization(cut << TUnit.Shift, shift << TUnit.Shift, periodic);
    }

    private static nint MaximalSuffix<TUnit>(byte* first, nint step, nint units, bool ascending, out nint period)
        where TUnit : IUnit
    {
        nint suffix = -1, candidate = 0, matched = 1;
        period = 1;
        while (candidate + matched < units)
        {
            int a = TUnit.Read(first + (candidate + matched) * step);
            int b = TUnit.Read(first + (suffix + matched) * step);
            if (a == b)
            {
                if (matched == period)
                {
                    candidate += period;
                    matched = 1;
                }
                else matched++;
            }
            else if (a < b == ascending)
            {
                candidate += matched;
                matched = 1;
                period = candidate - suffix;
            }
            else
            {
                suffix = candidate++;
                matched = period = 1;
            }
        }
        return suffix + 1;
    }
}
