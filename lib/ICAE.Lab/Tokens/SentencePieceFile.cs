using System.Text;

namespace ICAE.Lab.Tokens;

/// <summary>Reads and writes SentencePiece model files, which are protocol buffers.</summary>
internal static class SentencePieceFile
{
    private const int BpeModelType = 2;

    /// <summary>Reads the file's bytes.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="config">What stands beside it.</param>
    public static TextTokenizer Read(string file, byte[] content, TokenizerConfig config)
    {
        var model = ReadModel(file, content);
        return model.ToTokenizer(
            file, config, [new TokenizerSource(TokenizerFile.ModelName, content), .. config.Source is { } source ? [source] : Array.Empty<TokenizerSource>()]);
    }

    /// <summary>Reads the model without making a tokenizer of it.</summary>
    public static SentencePieceModel ReadModel(string file, ReadOnlySpan<byte> content)
    {
        List<SentencePiece> pieces = [];
        var model = new SentencePieceModel { Pieces = pieces };
        var reader = new ProtoReader(file, content);
        var type = SentencePieceModelType.Unigram;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    pieces.Add(ReadPiece(reader.Message()));
                    if (pieces.Count > VocabularyTable.MostTokens)
                        throw reader.Wrong($"there are more than {VocabularyTable.MostTokens} pieces");
                    break;
                case 2:
                    model = ReadTrainer(reader.Message(), file, model, ref type);
                    break;
                case 3:
                    model = ReadNormalizer(reader.Message(), file, model);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (pieces.Count == 0)
            throw new MalformedFileException(file, "", "this is no SentencePiece model: it has no pieces");
        return type == SentencePieceModelType.Bpe ? model : throw Refusal.Of(file, "trainer_spec.model_type", "SentencePiece model", type.ToString());
    }

    /// <summary>Writes a model in the form that SentencePiece and Microsoft.ML.Tokenizers read.</summary>
    public static byte[] Write(SentencePieceModel model)
    {
        var file = new ProtoWriter();
        foreach (var piece in model.Pieces)
        {
            var message = new ProtoWriter();
            message.Bytes(1, Encoding.UTF8.GetBytes(piece.Text));
            message.Float32(2, piece.Score);
            message.Whole(3, (long)piece.Type);
            file.Bytes(1, message.ToArray());
        }

        var trainer = new ProtoWriter();
        trainer.Whole(3, BpeModelType);
        trainer.Whole(4, model.Pieces.Count);
        trainer.Whole(35, model.ByteFallback ? 1 : 0);
        trainer.Whole(40, IdOf(SentencePieceType.Unknown, null));
        trainer.Whole(41, IdOf(SentencePieceType.Control, model.BosPiece));
        trainer.Whole(42, IdOf(SentencePieceType.Control, model.EosPiece));
        trainer.Bytes(45, Encoding.UTF8.GetBytes(model.Pieces.FirstOrDefault(piece => piece.Type == SentencePieceType.Unknown).Text ?? "<unk>"));
        trainer.Bytes(46, Encoding.UTF8.GetBytes(model.BosPiece));
        trainer.Bytes(47, Encoding.UTF8.GetBytes(model.EosPiece));
        file.Bytes(2, trainer.ToArray());
        var normalizer = new ProtoWriter();
        normalizer.Bytes(1, "identity"u8);
        normalizer.Whole(3, model.AddsPrefix ? 1 : 0);
        normalizer.Whole(4, model.RemovesExtraSpaces ? 1 : 0);
        normalizer.Whole(5, 1);
        file.Bytes(3, normalizer.ToArray());
        return file.ToArray();

        long IdOf(SentencePieceType type, string? text) =>
            model.Pieces.Select((piece, id) => (piece, id: (long)id))
                .Where(item => item.piece.Type == type && (text is null || item.piece.Text == text))
                .Select(item => item.id).FirstOrDefault(-1);
    }

    private static SentencePiece ReadPiece(ProtoReader reader)
    {
        var (text, score, type) = ("", 0f, SentencePieceType.Normal);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    text = reader.Text();
                    break;
                case 2:
                    score = reader.Float32();
                    break;
                case 3:
                    type = (SentencePieceType)Math.Clamp(reader.Whole(), -1, int.MaxValue);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new SentencePiece(text, score, type);
    }

    private static SentencePieceModel ReadTrainer(ProtoReader reader, string file, SentencePieceModel model, ref SentencePieceModelType type)
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3:
                    type = (SentencePieceModelType)Math.Clamp(reader.Whole(), -1, int.MaxValue);
                    break;
                case 24 when reader.Flag():
                    throw Refusal.Of(file, "trainer_spec", "setting", "treat_whitespace_as_suffix");
                case 24:
                    break;
                case 35:
                    model = model with { ByteFallback = reader.Flag() };
                    break;
                case 46:
                    model = model with { BosPiece = reader.Text() };
                    break;
                case 47:
                    model = model with { EosPiece = reader.Text() };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return model;
    }

    private static SentencePieceModel ReadNormalizer(ProtoReader reader, string file, SentencePieceModel model)
    {
        var name = "";
        var hasTable = false;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    name = reader.Text();
                    break;
                case 2:
                    hasTable = reader.Bytes().Length > 0;
                    break;
                case 3:
                    model = model with { AddsPrefix = reader.Flag() };
                    break;
                case 4:
                    model = model with { RemovesExtraSpaces = reader.Flag() };
                    break;
                case 5 when !reader.Flag():
                    throw Refusal.Of(file, "normalizer_spec", "setting", "escape_whitespaces off");
                case 5:
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return hasTable ? throw Refusal.Of(file, "normalizer_spec", "normalizer", name) : model;
    }
}
