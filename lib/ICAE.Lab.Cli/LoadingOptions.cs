using static TorchSharp.torch;

namespace ICAE.Lab.Cli;

/// <summary>The options of a command as the library takes them for loading a model.</summary>
internal static class LoadingOptions
{
    /// <summary>Sets the threads, checks the device, and says where and in which type a model is loaded: float32 unless told otherwise.</summary>
    /// <exception cref="ConfigurationException">This machine does not have the device, or the device not the type.</exception>
    public static Models.ModelOptions Of(ModelOptions options, Invocation invocation)
    {
        options.Prepare(invocation);
        return new Models.ModelOptions { Device = options.Device(invocation), ComputeType = options.Type(invocation) ?? ScalarType.Float32 };
    }
}
