using System.Net;
using Larder.Events.Tls;

namespace Larder.Cache.Serving;

/// <summary>Where to listen for clients that speak TLS.</summary>
/// <param name="EndPoint">Address and port; port 0 takes an ephemeral one.</param>
/// <param name="Verify">What is asked of clients' certificates; null: what the server's TLS options say.</param>
public sealed record TlsEndpoint(IPEndPoint EndPoint, TlsVerify? Verify = null);
