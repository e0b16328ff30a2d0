using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ICAE.Lab.Formats;

/// <summary>Writes <c>adapter_config.json</c> with the keys, order and forms of PEFT 0.21.</summary>
internal static class PeftConfigText
{
    // The version whose form this is.
    private const string PeftVersion = "0.21.2";

    public static string Write(LoraFileConfig config)
    {
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            Off(json, "alora_invocation_tokens");
            Empty(json, "alpha_pattern");
            Off(json, "arrow_config");
            Off(json, "auto_mapping");
            json.WriteString("base_model_name_or_path", config.BaseModel);
            json.WriteString("bias", "none");
            Off(json, "corda_config");
            json.WriteBoolean("ensure_weight_tying", false);
            Off(json, "eva_config");
            Off(json, "exclude_modules");
            json.WriteBoolean("fan_in_fan_out", false);
            json.WriteBoolean("inference_mode", true);
            json.WriteBoolean("init_lora_weights", true);
            Off(json, "kasa_config");
            Off(json, "layer_replication");
            Off(json, "layers_pattern");
            Off(json, "layers_to_transform");
            Empty(json, "loftq_config");
            WriteAlpha(json, config.Alpha);
            json.WriteBoolean("lora_bias", false);
            WriteFloat(json, "lora_dropout", config.Dropout);
            Off(json, "lora_ga_config");
            Off(json, "megatron_config");
            json.WriteString("megatron_core", "megatron.core");
            Off(json, "modules_to_save");
            Off(json, "monteclora_config");
            json.WriteString("peft_type", "LORA");
            json.WriteString("peft_version", PeftVersion);
            json.WriteNumber("qalora_group_size", 16);
            json.WriteNumber("r", config.Rank);
            Empty(json, "rank_pattern");
            Off(json, "revision");
            json.WriteStartArray("target_modules");
            foreach (var target in config.Targets)
                json.WriteStringValue(target);
            json.WriteEndArray();
            Off(json, "target_parameters");
            json.WriteString("task_type", config.TaskType);
            Off(json, "trainable_token_indices");
            Off(json, "use_bdlora");
            json.WriteBoolean("use_dora", false);
            json.WriteBoolean("use_qalora", false);
            json.WriteBoolean("use_rslora", config.RankStabilised);
            Off(json, "velora_config");
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Off(Utf8JsonWriter json, string name) => json.WriteNull(name);

    private static void Empty(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        json.WriteEndObject();
    }

    private static void WriteAlpha(Utf8JsonWriter json, double alpha)
    {
        if (alpha == Math.Floor(alpha) && Math.Abs(alpha) < 1e15)
            json.WriteNumber("lora_alpha", (long)alpha);
        else
            json.WriteNumber("lora_alpha", alpha);
    }

    // Python writes whole floats with ".0", by which a reader tells them from integers.
    private static void WriteFloat(Utf8JsonWriter json, string name, double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        json.WritePropertyName(name);
        json.WriteRawValue(value == Math.Floor(value) ? text + ".0" : text);
    }
}
