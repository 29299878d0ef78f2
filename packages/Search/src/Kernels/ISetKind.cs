namespace Gabbro.Search.Kernels;

/// <summary>What is known of a set when its kernel is chosen.</summary>
internal interface ISetKind
{
    /// <summary>Whether all members are below 0x80, which spares one of three lookups.</summary>
    static abstract bool OnlyAscii { get; }
}
