namespace Gabbro.Platform.Abi;

/// <summary>A C structure as the package declares it.</summary>
/// <param name="Name">Its C type name.</param>
/// <param name="Header">The header that defines it.</param>
/// <param name="Size">Its size in bytes; 0 for one that ends in an array, of which only the fields before it are declared.</param>
/// <param name="Fields">Its fields, without padding.</param>
public sealed record AbiStruct(string Name, string Header, int Size, IReadOnlyList<AbiField> Fields);
