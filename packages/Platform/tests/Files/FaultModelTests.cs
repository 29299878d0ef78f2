using Gabbro.Platform.Files;
using Gabbro.Platform.Locks;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Tests.Native;

namespace Gabbro.Platform.Tests.Files;

/// <summary>
/// A long random walk over files and locks beside a model in memory, while the system below answers with short counts,
/// EINTR, EAGAIN, ENOSPC and EIO. After every step both must agree; every so often the whole contents are compared.
/// </summary>
public sealed class FaultModelTests
{
    private const int Handles = 3;
    private const int LargestFile = 3000;

    private Random _random = null!;
    private TemporaryDirectory _directory = null!;
    private FileHandle[] _files = null!;
    private long[] _positions = null!;
    private byte[] _model = null!;
    private byte[] _expected = null!;
    private int _length;
    private byte[] _buffer = null!;
    private readonly Queue<byte> _piped = new();
    private FileHandle _reader = null!;
    private FileHandle _writer = null!;
    private bool _failed;
    private ScriptedInterceptor? _seam;
    private List<(ByteRange Range, LockMode Mode)>[] _locks = null!;

    [Test]
    public void RandomSteps_UnderFaults_MatchTheModel()
    {
        if (OperatingSystem.IsWindows())
            return;
        int steps = TestEffort.Scale(50_000);
        _random = new Random(TestSeed.Next());
        _directory = new TemporaryDirectory();
        _files = new FileHandle[Handles];
        _positions = new long[Handles];
        _locks = new List<(ByteRange, LockMode)>[Handles];
        _model = new byte[LargestFile * 2];
        _expected = new byte[LargestFile * 2];
        _buffer = new byte[400];
        _length = 0;
        for (int i = 0; i < Handles; i++)
        {
            _files[i] = FileHandle.Open(_directory["model"], FileOpenOptions.OpenOrCreate);
            _locks[i] = [];
        }
        UnixPipe.Create(nonBlocking: true, out int reader, out int writer).ThrowIfError("pipe");
        _reader = FileHandle.FromDescriptor(reader, ownsHandle: true);
        _writer = FileHandle.FromDescriptor(writer, ownsHandle: true);
        int faults = 0;
        _seam = new ScriptedInterceptor(
            (string call, ReadOnlySpan<nint> arguments, ref nuint count) => Inject(call, ref count, ref faults));
        using (_seam)
        {
            for (int step = 0; step < steps; step++)
            {
                Step(step);
                if (step % 1000 == 0)
                    CompareWhole(step);
            }
            CompareWhole(steps);
        }
        TestContext.Out.WriteLine($"{steps} steps, {faults} faults");
        Assert.That(faults, Is.GreaterThan(steps / 20));
    }

    [TearDown]
    public void Close()
    {
        _seam?.Dispose();
        _reader?.Dispose();
        _writer?.Dispose();
        foreach (FileHandle file in _files ?? [])
            file.Dispose();
        _directory?.Dispose();
    }

    private NativeOutcome Inject(string call, ref nuint count, ref int faults)
    {
        int dice = _random.Next(100);
        bool transfers = call is "read" or "write" or "pread" or "pwrite";
        if (dice < 70)
            return NativeOutcome.Proceed;
        if (dice < 85 && transfers && count > 1)
        {
            faults++;
            count = (nuint)_random.Next(1, (int)count);
            return NativeOutcome.Proceed;
        }
        if (dice < 95 && (transfers || call is "fcntl" or "ftruncate" or "fsync"))
        {
            faults++;
            return NativeOutcome.Fail(LinuxErrors.EINTR);
        }
        if (dice < 97 && call is "write" or "pwrite" or "fallocate")
        {
            faults++;
            _failed = true;
            return NativeOutcome.Fail(LinuxErrors.ENOSPC);
        }
        if (dice == 97 && call == "fcntl")
        {
            faults++;
            _failed = true;
            return NativeOutcome.Fail(LinuxErrors.EAGAIN);
        }
        if (dice == 98 && transfers)
        {
            faults++;
            _failed = true;
            return NativeOutcome.Fail(LinuxErrors.EIO);
        }
        return NativeOutcome.Proceed;
    }

    private void Step(int step)
    {
        int index = _random.Next(Handles);
        FileHandle file = _files[index];
        int offset = _random.Next(LargestFile);
        Span<byte> span = _buffer.AsSpan(0, _random.Next(_buffer.Length));
        _failed = false;
        switch (_random.Next(14))
        {
            case 0:
                _random.NextBytes(span);
                if (Check(file.TryWriteAt(span, offset, out int count, out NativeError error), error, step))
                    Store(span[..count], offset);
                break;
            case 1:
                if (Check(file.TryReadAt(span, offset, out count, out error), error, step))
                    Compare(span, count, offset, step);
                break;
            case 2:
                _random.NextBytes(span);
                long before = _positions[index];
                if (Check(file.TryWrite(span, out count, out error), error, step))
                {
                    Store(span[..count], (int)before);
                    _positions[index] += count;
                }
                if (_positions[index] > LargestFile)
                    _positions[index] = file.Seek(0, SeekOrigin.Begin);
                break;
            case 3:
                before = _positions[index];
                if (Check(file.TryRead(span, out count, out error), error, step))
                {
                    Compare(span, count, (int)before, step);
                    _positions[index] += count;
                }
                break;
            case 4:
                _positions[index] = file.Seek(offset, SeekOrigin.Begin);
                break;
            case 5 when _random.Next(20) == 0:
                file.SetLength(offset);
                if (offset < _length)
                    _model.AsSpan(offset, _length - offset).Clear();
                _length = offset;
                break;
            case 6:
                _random.NextBytes(span);
                try
                {
                    file.WriteAllAt(span, offset);
                    Store(span, offset);
                }
                catch (PlatformException thrown)
                {
                    // A prefix was written, how long is not said: read it back to go on, it must be a prefix.
                    Assert.That(_failed, $"step {step}: {thrown.Message}");
                    TakeBackPrefix(span, offset, step);
                }
                break;
            case 7:
                int total;
                try
                {
                    total = file.ReadFullyAt(span, offset);
                }
                catch (PlatformException) when (_failed)
                {
                    break;
                }
                Assert.That(total, Is.EqualTo(Math.Clamp(_length - offset, 0, span.Length)), $"step {step}");
                Compare(span, total, offset, step);
                break;
            case 8:
                Lock(index, step);
                break;
            case 9:
                ByteRange range = RandomRange();
                Assert.That(FileLock.Unlock(file, range).IsError, Is.EqualTo(_failed), $"step {step}");
                if (!_failed)
                    Remove(index, range);
                break;
            case 10:
                Query(index, step);
                break;
            case 11:
                WritePipe(span, step);
                break;
            case 12:
                ReadPipe(span, step);
                break;
            default:
                Assert.That(file.Length, Is.EqualTo(_length), $"step {step}");
                break;
        }
    }

    private void WritePipe(Span<byte> span, int step)
    {
        // Well below the 64 KiB a pipe holds, so that only injected faults refuse.
        if (_piped.Count > 20_000)
            return;
        _random.NextBytes(span);
        if (!Check(_writer.TryWrite(span, out int count, out NativeError error), error, step))
            return;
        foreach (byte value in span[..count])
            _piped.Enqueue(value);
    }

    private void ReadPipe(Span<byte> span, int step)
    {
        bool succeeded = _reader.TryRead(span, out int count, out NativeError error);
        if (!_failed && _piped.Count == 0 && span.Length > 0)
        {
            Assert.That(error.Kind, Is.EqualTo(ErrorKind.WouldBlock), $"step {step}");
            return;
        }
        if (!Check(succeeded, error, step))
            return;
        Assert.That(count, Is.LessThanOrEqualTo(Math.Min(span.Length, _piped.Count)), $"step {step}");
        foreach (byte value in span[..count])
            Assert.That(_piped.Dequeue(), Is.EqualTo(value), $"step {step}");
    }

    private bool Check(bool succeeded, NativeError error, int step)
    {
        Assert.That(succeeded, Is.EqualTo(!_failed), $"step {step}: {error}");
        Assert.That(error.IsError, Is.EqualTo(_failed), $"step {step}");
        return succeeded;
    }

    private void Store(ReadOnlySpan<byte> bytes, int offset)
    {
        if (bytes.IsEmpty)
            return;
        bytes.CopyTo(_model.AsSpan(offset));
        _length = Math.Max(_length, offset + bytes.Length);
    }

    private void Compare(ReadOnlySpan<byte> bytes, int count, int offset, int step)
    {
        int available = Math.Clamp(_length - offset, 0, bytes.Length);
        Assert.That(count, Is.LessThanOrEqualTo(available), $"step {step}");
        if (available > 0 && bytes.Length > 0)
            Assert.That(count, Is.GreaterThan(0), $"step {step}");
        if (!bytes[..count].SequenceEqual(_model.AsSpan(offset, count)))
            Assert.Fail($"step {step}: contents differ at {offset}");
    }

    /// <summary>After a failed write of all bytes the file must hold the old contents with some prefix of the new over them.</summary>
    private void TakeBackPrefix(Span<byte> written, int offset, int step)
    {
        NativeSeam.Interceptor = null;
        int length = _files[0].ReadFullyAt(_expected, 0);
        NativeSeam.Interceptor = _seam;
        for (int prefix = 0; prefix <= written.Length; prefix++)
        {
            int expectedLength = prefix == 0 ? _length : Math.Max(_length, offset + prefix);
            if (expectedLength != length)
                continue;
            int rest = Math.Max(0, _length - offset - prefix);
            int gap = Math.Max(0, Math.Min(offset, length) - _length);
            if (_expected.AsSpan(0, Math.Min(_length, offset)).SequenceEqual(_model.AsSpan(0, Math.Min(_length, offset)))
                && (prefix == 0 || _expected.AsSpan(_length, gap).IndexOfAnyExcept((byte)0) < 0)
                && _expected.AsSpan(offset, prefix).SequenceEqual(written[..prefix])
                && _expected.AsSpan(offset + prefix, rest).SequenceEqual(_model.AsSpan(offset + prefix, rest)))
            {
                Store(written[..prefix], offset);
                return;
            }
        }
        Assert.Fail($"step {step}: a failed write left something that is no prefix");
    }

    private void CompareWhole(int step)
    {
        NativeSeam.Interceptor = null;
        int length = _files[0].ReadFullyAt(_expected, 0);
        NativeSeam.Interceptor = _seam;
        Assert.That(length, Is.EqualTo(_length), $"step {step}");
        Assert.That(_expected.AsSpan(0, length).SequenceEqual(_model.AsSpan(0, length)), $"step {step}: contents differ");
    }

    private ByteRange RandomRange() => new(_random.Next(100), _random.Next(1, 40));

    private void Lock(int index, int step)
    {
        ByteRange range = RandomRange();
        LockMode mode = (LockMode)_random.Next(2);
        bool free = IsFree(index, range, mode);
        NativeError error = FileLock.TryLock(_files[index], range, mode);
        Assert.That(error.IsError, Is.EqualTo(!free || _failed), $"step {step}: {error}");
        if (error.IsError)
        {
            Assert.That(error.Kind, Is.EqualTo(ErrorKind.WouldBlock));
            return;
        }
        Remove(index, range);
        _locks[index].Add((range, mode));
    }

    private void Query(int index, int step)
    {
        ByteRange range = RandomRange();
        LockMode mode = (LockMode)_random.Next(2);
        bool found;
        try
        {
            found = FileLock.TryFindConflict(_files[index], range, mode, out LockConflict conflict);
            if (found)
                Assert.That(conflict.Range.Overlaps(range), $"step {step}");
        }
        catch (PlatformException) when (_failed)
        {
            return;
        }
        Assert.That(found, Is.EqualTo(!IsFree(index, range, mode)), $"step {step}");
    }

    private bool IsFree(int index, ByteRange range, LockMode mode)
    {
        for (int other = 0; other < Handles; other++)
        {
            foreach ((ByteRange held, LockMode heldMode) in _locks[other])
            {
                if (other != index && held.Overlaps(range) && (mode == LockMode.Exclusive || heldMode == LockMode.Exclusive))
                    return false;
            }
        }
        return true;
    }

    private void Remove(int index, ByteRange range)
    {
        List<(ByteRange Range, LockMode Mode)> held = _locks[index];
        for (int i = held.Count - 1; i >= 0; i--)
        {
            (ByteRange old, LockMode mode) = held[i];
            if (!old.Overlaps(range))
                continue;
            held.RemoveAt(i);
            if (old.Offset < range.Offset)
                held.Add((new ByteRange(old.Offset, range.Offset - old.Offset), mode));
            if (old.End > range.End)
                held.Add((new ByteRange(range.End, old.End - range.End), mode));
        }
    }
}
