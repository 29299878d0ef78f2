namespace Gabbro.Tools.Kvdb.Engines;

/// <summary>A position in key order.</summary>
internal interface IEngineCursor : IDisposable
{
    ReadOnlySpan<byte> Key { get; }

    ReadOnlySpan<byte> Value { get; }

    bool First();

    bool Seek(ReadOnlySpan<byte> key);

    bool Next();
}
