using System.Runtime.CompilerServices;

namespace Larder.Protocol.Http;

/// <summary>Room for the characters of a Content-MD5 that comes in pieces.</summary>
[InlineArray(HttpMd5.TextLength)]
internal struct HttpMd5Text
{
    private byte _first;
}
