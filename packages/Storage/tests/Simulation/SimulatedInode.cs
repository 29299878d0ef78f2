namespace Gabbro.Storage.Tests.Simulation;

/// <summary>The bytes of a file: as the processes see them, and as the disk would give them back.</summary>
internal sealed class SimulatedInode
{
    public const int SectorSize = 512;

    public byte[] Current = [];
    public long Length;
    public byte[] Durable = [];
    public int MappingCount;
    public readonly List<SimulatedLock> Locks = [];

    public void EnsureCapacity(long capacity, long mappedCapacity)
    {
        if (capacity <= Current.Length)
            return;
        if (MappingCount > 0)
            throw new InvalidOperationException($"a mapped simulated file may grow to {Current.Length} bytes; raise MappedCapacity");
        var wanted = Math.Max(capacity, mappedCapacity > 0 ? mappedCapacity : Math.Min(2 * (long)Current.Length, 1 << 28));
        var grown = GC.AllocateArray<byte>(checked((int)wanted), pinned: true);
        Current.AsSpan(0, (int)Length).CopyTo(grown);
        Current = grown;
    }

    public void MakeDurable()
    {
        if (Durable.Length != Length)
            Durable = new byte[Length];
        Current.AsSpan(0, (int)Length).CopyTo(Durable);
    }

    /// <summary>What a disk may give back after the power went.</summary>
    public SimulatedInode AfterPowerFailure(Random random, PowerFailureMode mode)
    {
        var image = mode switch
        {
            PowerFailureMode.DropAll => Durable,
            PowerFailureMode.KeepAll => Current.AsSpan(0, (int)Length).ToArray(),
            _ => Tear(random),
        };
        return FromImage(image);
    }

    public SimulatedInode Copy()
    {
        var copy = FromImage(Current.AsSpan(0, (int)Length).ToArray());
        copy.Durable = (byte[])Durable.Clone();
        return copy;
    }

    private static SimulatedInode FromImage(byte[] image)
    {
        var inode = new SimulatedInode();
        inode.EnsureCapacity(image.Length, 0);
        image.CopyTo(inode.Current, 0);
        inode.Length = image.Length;
        inode.Durable = (byte[])image.Clone();
        return inode;
    }

    private byte[] Tear(Random random)
    {
        // The length is metadata of its own: it may be the old one, the new one, or one in between.
        var length = random.Next(4) switch
        {
            0 => Durable.Length,
            1 => Length,
            _ => random.NextInt64(Math.Min(Durable.Length, Length), Math.Max(Durable.Length, Length) + 1),
        };
        var image = new byte[length];
        var keep = random.NextDouble();
        Span<byte> sector = stackalloc byte[SectorSize];
        for (var offset = 0; offset < length; offset += SectorSize)
        {
            var size = (int)Math.Min(SectorSize, length - offset);
            var target = image.AsSpan(offset, size);
            CopyPart(Durable, Durable.Length, offset, target);
            if (random.NextDouble() >= keep)
                continue;
            // Half of the sectors that made it are torn somewhere: new bytes up to a point, old ones after it, or the
            // other way about.
            var fresh = sector[..size];
            fresh.Clear();
            CopyPart(Current, Length, offset, fresh);
            switch (random.Next(4))
            {
                case 0:
                    var cut = random.Next(size + 1);
                    fresh[..cut].CopyTo(target);
                    break;
                case 1:
                    var start = random.Next(size + 1);
                    fresh[start..].CopyTo(target[start..]);
                    break;
                default:
                    fresh.CopyTo(target);
                    break;
            }
        }

        return image;
    }

    private static void CopyPart(byte[] source, long sourceLength, int offset, Span<byte> target)
    {
        if (offset >= sourceLength)
            return;
        var count = (int)Math.Min(target.Length, sourceLength - offset);
        source.AsSpan(offset, count).CopyTo(target);
    }
}
