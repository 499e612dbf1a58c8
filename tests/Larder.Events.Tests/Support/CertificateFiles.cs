namespace Larder.Events.Tests.Support;

/// <summary>A certificate and its private key, the key as PEM and as DER.</summary>
internal sealed record CertificateFiles(string Certificate, string Key, string KeyDer);
