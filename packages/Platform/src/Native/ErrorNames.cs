using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Gabbro.Platform.Native;

/// <summary>The names of the codes that a class declares, looked up when a message asks for one.</summary>
internal sealed class ErrorNames([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.NonPublicFields)] Type declarations)
{
    private Dictionary<int, string>? _names;

    /// <summary>The codes by name.</summary>
    internal Dictionary<string, int> Codes
    {
        get
        {
            Dictionary<string, int> codes = [];
            foreach (FieldInfo constant in declarations.GetFields(BindingFlags.NonPublic | BindingFlags.Static))
            {
                if (constant.IsLiteral) codes.Add(constant.Name, (int)constant.GetRawConstantValue()!);
            }
            return codes;
        }
    }

    /// <summary>The name of a code, or null.</summary>
    internal string? Of(int code) => (_names ??= Codes.ToDictionary(pair => pair.Value, pair => pair.Key)).GetValueOrDefault(code);
}
