using Larder.Objects.Devices;
using Larder.Protocol.Http;

namespace Larder.Objects.Serving;

/// <summary>What PUT and DELETE demand of the object as it is, before they change it (RFC 9110, section 13).</summary>
internal static class Preconditions
{
    /// <summary>Whether a request demands anything.</summary>
    public static bool AreIn(scoped in HttpRequest request)
        => !request.IfMatch.IsEmpty || !request.IfNoneMatch.IsEmpty || !request.IfUnmodifiedSince.IsEmpty;

    /// <summary>Whether nothing may be there: <c>If-None-Match: *</c>.</summary>
    public static bool WantNothingThere(scoped in HttpRequest request) => request.IfNoneMatch is [(byte)'*'];

    /// <summary>Whether they hold now; the caller has a slot of the device.</summary>
    /// <remarks>
    /// A request that would fail without them fails so (section 13.2.1): what cannot be opened for another reason than
    /// that it is not there is left to the request itself.
    /// </remarks>
    public static bool Hold(
        ObjectEngine engine, ObjectThread thread, Device device, scoped in HttpRequest request, scoped in HttpPath path)
    {
        thread.Date(); // brings Seconds up to now
        if (engine.HotFiles.Open(device, path.Text, path.Rest, out HotFile? file).IsError)
        {
            return request.Method == HttpRequestMethod.Delete || Evaluate(request, null, thread.Seconds);
        }
        bool hold = Evaluate(request, file, thread.Seconds);
        file!.Release();
        return hold;
    }

    private static bool Evaluate(scoped in HttpRequest request, HotFile? file, long seconds)
        => HttpConditions.Evaluate(request, file != null, file?.Texts.ETag, file?.Status.ModifiedSeconds ?? 0, seconds)
            != HttpCondition.Failed;
}
