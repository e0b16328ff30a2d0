using ICAE.Lab.Jupyter;
using ICAE.Lab.Kernel.Protocol;

namespace ICAE.Lab.Kernel;

internal static class Program
{
    private const int Failed = 1;
    private const int BadUsage = 2;

    private static int Main(string[] args)
    {
        if (args is not [var path] || path.StartsWith('-'))
        {
            Console.Error.WriteLine("usage: icae-kernel CONNECTION_FILE\nA C# kernel for Jupyter. Front ends start it themselves once `icae kernel install` has been run.");
            return BadUsage;
        }

        ConnectionFile connection;
        try
        {
            connection = ConnectionFile.Read(path);
        }
        catch (JupyterException error)
        {
            Console.Error.WriteLine($"icae-kernel: {error.Message}");
            return Failed;
        }

        return KernelProcessHost.Run(connection);
    }
}
