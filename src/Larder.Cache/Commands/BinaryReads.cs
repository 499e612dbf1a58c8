using Larder.Cache.Commands.Watching;
using Larder.Cache.Store;
using Larder.Protocol.Binary;

namespace Larder.Cache.Commands;

/// <summary>get, getk, touch, gat, gatk and their quiet twins, which say nothing on a miss.</summary>
internal static class BinaryReads
{
    /// <summary>Answers get or getk of a key whose hash is known.</summary>
    public static void AnswerGet(CacheThread thread, byte opcode, uint opaque, ReadOnlySpan<byte> key, ulong hash)
    {
        ref readonly BinaryRule rule = ref BinaryRules.Of(opcode);
        ReadOnlySpan<byte> shownKey = rule.Command == BinaryOpcode.GetK ? key : default;
        var reader = new BinaryValueReader(thread.Output, opcode, opaque, shownKey, withValue: true);
        FindStatus status = thread.Store.Find(key, hash, ref reader);
        ClassicReads.CountGet(thread.Counters, status);
        if (thread.Watched != WatchKinds.None)
        {
            thread.Notes.Got(thread, key, hash, status);
        }
        if (status == FindStatus.Hit)
        {
            reader.Append();
        }
        else if (!rule.IsQuiet)
        {
            Miss(thread, opcode, opaque, shownKey);
        }
    }

    /// <summary>Executes touch, gat or gatk.</summary>
    public static void Touch(CacheThread thread, scoped in BinaryRequest request)
    {
        ReadOnlySpan<byte> shownKey = request.Command == BinaryOpcode.GatK ? request.Key : default;
        bool withValue = request.Command != BinaryOpcode.Touch;
        var reader = new BinaryValueReader(thread.Output, request.Opcode, request.Opaque, shownKey, withValue);
        var editor = new BinaryValueEditor(reader, thread.Clock.ExpiryOf(request.LastWord));
        ulong hash = thread.Store.Hash(request.Key);
        FindStatus status = thread.Store.Edit(request.Key, hash, ref editor);
        ClassicReads.CountGetAndTouch(thread.Counters, status);
        if (thread.Watched != WatchKinds.None)
        {
            thread.Notes.Looked(thread, request.Key, hash, status);
        }
        if (status == FindStatus.Hit)
        {
            editor.Append();
        }
        else if (!request.IsQuiet)
        {
            Miss(thread, request.Opcode, request.Opaque, shownKey);
        }
    }

    /// <summary>The answer to a miss has the key, if it was asked for, in place of the text.</summary>
    private static void Miss(CacheThread thread, byte opcode, uint opaque, ReadOnlySpan<byte> shownKey)
    {
        if (shownKey.IsEmpty)
        {
            BinaryReplies.Error(thread.Output, opcode, opaque, BinaryStatus.NotFound);
            return;
        }
        Span<byte> span = thread.Output.GetSpan(BinaryFrame.HeaderLength + shownKey.Length);
        int at = BinaryResponseWriter.WriteHeader(
            span, opcode, opaque, BinaryStatus.NotFound, keyLength: shownKey.Length);
        shownKey.CopyTo(span[at..]);
        thread.Output.Advance(at + shownKey.Length);
    }
}
