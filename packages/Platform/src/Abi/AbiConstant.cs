namespace Gabbro.Platform.Abi;

/// <summary>A C constant as the package declares it.</summary>
/// <param name="Name">Its C name.</param>
/// <param name="Header">The header that defines it.</param>
/// <param name="Value">Its value.</param>
public sealed record AbiConstant(string Name, string Header, long Value)
{
    internal bool IsSameAs(AbiConstant other) =>
        Name == other.Name && unchecked((int)Value) == unchecked((int)other.Value);
}
