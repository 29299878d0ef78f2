using System.Globalization;
using System.Text;
using Gabbro.Platform.Files;

namespace Gabbro.Reactor.Http.Files;

/// <summary>A file that was opened to be served, and what its response says about it.</summary>
internal sealed class ServedFile : IDisposable
{
    public ServedFile(FileHandle handle, in FileStatus status, string name)
    {
        Handle = handle;
        Length = status.Length;
        Type = ContentTypes.Of(name);
        DateTimeOffset modified = status.ModificationTime.ToDateTimeOffset();
        Modified = modified.AddTicks(-(modified.Ticks % TimeSpan.TicksPerSecond));

        // Length and time to the nanosecond: a file replaced within a second still gets another tag.
        Tag = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"\"{status.Length:x}-{status.ModificationTime.Seconds:x}-{status.ModificationTime.Nanoseconds:x}\""));
    }

    public FileHandle Handle { get; }

    public long Length { get; }

    public string Type { get; }

    /// <summary>To the second, as the field has it.</summary>
    public DateTimeOffset Modified { get; }

    public byte[] Tag { get; }

    public byte[] ModifiedText => Encoding.ASCII.GetBytes(Modified.ToString("R", CultureInfo.InvariantCulture));

    public void Dispose() => Handle.Dispose();
}
