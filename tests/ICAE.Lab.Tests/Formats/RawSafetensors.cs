using System.Text;

namespace ICAE.Lab.Tests.Formats;

/// <summary>Safetensors files put together byte by byte, sound or not.</summary>
internal static class RawSafetensors
{
    public static byte[] File(params (string Name, string Type, long[] Shape, byte[] Data)[] tensors)
    {
        var header = new StringBuilder("{");
        var offset = 0;
        foreach (var (name, type, shape, data) in tensors)
        {
            header.Append(header.Length > 1 ? "," : "")
                .Append(System.Globalization.CultureInfo.InvariantCulture, $"\"{name}\":{{\"dtype\":\"{type}\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{offset},{offset += data.Length}]}}");
        }

        return File(header.Append('}').ToString(), [.. tensors.SelectMany(tensor => tensor.Data)]);
    }

    public static byte[] File(string header, params byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((long)json.Length), .. json, .. data];
    }
}
