using Larder.Events.Wire;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>Commands that concern the server and not an item.</summary>
internal static class Administration
{
    /// <summary>Executes one.</summary>
    public static InputState Execute(CacheThread thread, scoped in TextRequest request)
    {
        thread.Output.Write(TextReplies.Error);
        return request.Command == TextCommand.Quit ? InputState.Close : InputState.NeedMore;
    }
}
