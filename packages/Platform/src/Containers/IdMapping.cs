namespace Gabbro.Platform.Containers;

/// <summary>A range of users or groups of a user namespace and what they are outside (user_namespaces(7)).</summary>
/// <param name="Inside">The first identifier inside.</param>
/// <param name="Outside">The first identifier outside.</param>
/// <param name="Count">How many.</param>
public readonly record struct IdMapping(uint Inside, uint Outside, uint Count);
