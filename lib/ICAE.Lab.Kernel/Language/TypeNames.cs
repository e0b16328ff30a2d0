namespace ICAE.Lab.Kernel.Language;

/// <summary>Names of types as C# writes them.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    /// <summary>The name without namespaces.</summary>
    public static string Short(Type type) => Name(type, full: false);

    /// <summary>The name as a cell can write it whatever it uses.</summary>
    public static string Full(Type type) => Name(type, full: true);

    private static string Name(Type type, bool full)
    {
        if (Keywords.TryGetValue(type, out var keyword))
            return keyword;

        if (type.IsArray)
            return $"{Name(type.GetElementType()!, full)}[{new string(',', type.GetArrayRank() - 1)}]";

        var name = type.Name.Split('`')[0];
        if (full)
            name = type.DeclaringType is { } outer ? $"{Name(outer, full)}.{name}" : type.Namespace is { Length: > 0 } space ? $"global::{space}.{name}" : name;

        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(argument => Name(argument, full)))}>" : name;
    }
}
