using Larder.Events.Tls;

namespace Larder.Events.Tests.Support;

/// <summary>A TLS listener of a <see cref="LineServer"/>.</summary>
internal sealed record TlsListen(TlsServer Server, TlsVerify? Verify = null);
