using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Gabbro.Platform.Files;

namespace Gabbro.Platform.Tests.Native;

/// <summary>Reads the product's own assembly: what it references, and who calls foreign functions.</summary>
public sealed class NativeLayerTests
{
    private static readonly Dictionary<short, OpCode> s_opcodes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    [Test]
    public void References_BaseLibraryFilesProcessesSockets_AreNone()
    {
        using PEReader file = Open();
        MetadataReader metadata = file.GetMetadataReader();
        List<string> forbidden = [];
        foreach (TypeReferenceHandle handle in metadata.TypeReferences)
        {
            TypeReference type = metadata.GetTypeReference(handle);
            string name = metadata.GetString(type.Namespace) + "." + metadata.GetString(type.Name);
            if (name.StartsWith("System.IO.File", StringComparison.Ordinal)
                || name.StartsWith("System.IO.Directory", StringComparison.Ordinal)
                || name.StartsWith("System.IO.MemoryMapped", StringComparison.Ordinal)
                || name.StartsWith("System.IO.RandomAccess", StringComparison.Ordinal)
                || name.StartsWith("System.IO.Pipes", StringComparison.Ordinal)
                || name.StartsWith("System.Diagnostics.Process", StringComparison.Ordinal)
                || name.StartsWith("System.Net.Sockets", StringComparison.Ordinal))
            {
                forbidden.Add(name);
            }
        }
        Assert.That(forbidden, Is.Empty);
        Assert.That(metadata.TypeReferences, Has.Count.GreaterThan(20));
    }

    [Test]
    public void ForeignFunctions_AreCalledOnlyUnderTheSeam()
    {
        using PEReader file = Open();
        MetadataReader metadata = file.GetMetadataReader();
        HashSet<int> foreign = [];
        foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
        {
            if ((metadata.GetMethodDefinition(handle).Attributes & MethodAttributes.PinvokeImpl) != 0)
                foreign.Add(MetadataTokens.GetToken(handle));
        }
        Assert.That(foreign, Has.Count.GreaterThan(100));
        List<string> bare = [];
        foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
        {
            MethodDefinition method = metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0)
                continue;
            BlobReader code = file.GetMethodBody(method.RelativeVirtualAddress).GetILReader();
            bool calls = false, asks = false;
            foreach (int token in CallTokens(code))
            {
                calls |= foreign.Contains(token);
                asks |= NameOf(metadata, token) is "Intercept" or "InterceptTransfer";
            }
            if (calls && !asks)
            {
                TypeDefinition owner = metadata.GetTypeDefinition(method.GetDeclaringType());
                bare.Add(metadata.GetString(owner.Name) + "." + metadata.GetString(method.Name));
            }
        }
        Assert.That(bare, Is.Empty);
    }

    [Test]
    public void ForeignFunctions_NoManagedTypesInSignatures()
    {
        foreach (Type type in typeof(FileHandle).Assembly.GetTypes())
        {
            foreach (MethodInfo method in type.GetMethods(
                BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            {
                if ((method.Attributes & MethodAttributes.PinvokeImpl) == 0)
                    continue;
                foreach (ParameterInfo parameter in method.GetParameters().Append(method.ReturnParameter))
                {
                    Type used = parameter.ParameterType;
                    Assert.That(
                        used.IsPointer || used.IsValueType || used == typeof(void) || used.IsFunctionPointer,
                        $"{type.Name}.{method.Name}: {used}");
                    Assert.That(used, Is.Not.EqualTo(typeof(bool)).And.Not.EqualTo(typeof(char)), method.Name);
                }
            }
        }
    }

    private static PEReader Open() => new(File.OpenRead(typeof(FileHandle).Assembly.Location));

    private static string? NameOf(MetadataReader metadata, int token)
    {
        EntityHandle handle = MetadataTokens.EntityHandle(token);
        return handle.Kind == HandleKind.MethodDefinition
            ? metadata.GetString(metadata.GetMethodDefinition((MethodDefinitionHandle)handle).Name)
            : null;
    }

    private static IEnumerable<int> CallTokens(BlobReader code)
    {
        List<int> tokens = [];
        while (code.RemainingBytes > 0)
        {
            short value = code.ReadByte();
            if (value == 0xFE)
                value = unchecked((short)(0xFE00 | code.ReadByte()));
            OpCode opcode = s_opcodes[value];
            switch (opcode.OperandType)
            {
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    code.ReadByte();
                    break;
                case OperandType.InlineVar:
                    code.ReadInt16();
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    code.ReadInt64();
                    break;
                case OperandType.InlineSwitch:
                    int targets = code.ReadInt32();
                    code.Offset += targets * 4;
                    break;
                default:
                    int token = code.ReadInt32();
                    if (opcode.OperandType is OperandType.InlineMethod or OperandType.InlineTok)
                        tokens.Add(token);
                    break;
            }
        }
        return tokens;
    }
}
