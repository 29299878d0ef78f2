using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Polling;

/// <summary>What the running kernel's io_uring can do, found out by asking it.</summary>
public sealed unsafe class SubmissionRingFeatures
{
    private readonly byte[] _operations;

    private SubmissionRingFeatures(NativeError error, uint bits, byte[] operations, bool singleIssuer, bool deferTaskRun)
    {
        Error = error;
        Bits = bits;
        _operations = operations;
        HasSingleIssuer = singleIssuer;
        HasDeferTaskRun = deferTaskRun;
    }

    /// <summary>True when a ring can be created.</summary>
    public bool IsSupported => !Error.IsError;

    /// <summary>Why no ring can be created: not implemented (old kernel, or not Linux), or not permitted (container, sysctl).</summary>
    public NativeError Error { get; }

    /// <summary>The raw <c>IORING_FEAT_*</c> bits.</summary>
    public uint Bits { get; }

    /// <summary>True when <see cref="SubmissionRingOptions.SingleIssuer"/> is accepted.</summary>
    public bool HasSingleIssuer { get; }

    /// <summary>True when <see cref="SubmissionRingOptions.DeferTaskRun"/> is accepted.</summary>
    public bool HasDeferTaskRun { get; }

    /// <summary>True when the kernel knows an operation. Multishot forms are not told apart; try them.</summary>
    public bool Supports(SubmissionOpcode opcode) => (int)opcode < _operations.Length && _operations[(int)opcode] != 0;

    /// <summary>Asks the kernel. Creates and closes small rings; ask once and keep the answer.</summary>
    public static SubmissionRingFeatures Probe()
    {
        if (!Host.IsLinux) return new SubmissionRingFeatures(NativeError.Of(ErrorKind.NotSupported), 0, [], false, false);
        IoUringParameters parameters = default;
        int ring = IoUring.io_uring_setup(2, &parameters);
        if (ring < 0) return new SubmissionRingFeatures(NativeError.Last(), 0, [], false, false);
        byte[] operations = ProbeOperations(ring);
        Unistd.close(ring);
        bool single = Accepts(IoUring.IORING_SETUP_SINGLE_ISSUER);
        bool defer = Accepts(IoUring.IORING_SETUP_SINGLE_ISSUER | IoUring.IORING_SETUP_DEFER_TASKRUN);
        return new SubmissionRingFeatures(default, parameters.features, operations, single, defer);
    }

    private static byte[] ProbeOperations(int ring)
    {
        // struct io_uring_probe: 16 bytes, then 8 bytes an operation: number, reserved, flags (1 = supported).
        const int Count = 256;
        byte* probe = stackalloc byte[16 + (Count * 8)];
        new Span<byte>(probe, 16 + (Count * 8)).Clear();
        byte[] operations = new byte[Count];
        if (IoUring.io_uring_register(ring, IoUring.IORING_REGISTER_PROBE, probe, Count) < 0) return operations;
        int last = probe[1];
        for (int i = 0; i < last && i < Count; i++)
            operations[probe[16 + (i * 8)]] = (byte)(*(ushort*)(probe + 16 + (i * 8) + 2) & 1);
        return operations;
    }

    private static bool Accepts(uint flags)
    {
        IoUringParameters parameters = new() { flags = flags };
        int ring = IoUring.io_uring_setup(2, &parameters);
        if (ring >= 0) Unistd.close(ring);
        return ring >= 0;
    }
}
