namespace Gabbro.Platform.Abi;

/// <summary>A field of a C structure.</summary>
/// <param name="Name">Its C name.</param>
/// <param name="Offset">Its offset in bytes.</param>
/// <param name="Size">Its size in bytes; 0 for a field that is a structure itself.</param>
public sealed record AbiField(string Name, int Offset, int Size);
