using System.Runtime.Loader;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

// Runs the C# script on standard input. The only argument is the folder that relative #r lines and missing assemblies are looked for in.
if (args is not [var folder])
{
    Console.Error.WriteLine("usage: ICAE.Lab.NotebookProbe FOLDER < SCRIPT");
    return 2;
}

// Scripts bind to exact versions; beside Display there is one version of each assembly, whatever its dependants were compiled for.
AssemblyLoadContext.Default.Resolving += (context, name) =>
{
    var path = Path.Combine(folder, name.Name + ".dll");
    return File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
};

try
{
    var options = ScriptOptions.Default
        .WithMetadataResolver(ScriptMetadataResolver.Default.WithBaseDirectory(folder))
        .WithImports("System", "System.Linq");
    await CSharpScript.RunAsync(await Console.In.ReadToEndAsync(), options);
    return 0;
}
catch (CompilationErrorException error)
{
    Console.Error.WriteLine(string.Join(Environment.NewLine, error.Diagnostics));
    return 1;
}
