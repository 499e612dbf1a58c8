namespace Larder.Options;

/// <summary>What an entry of -l says about TLS.</summary>
internal enum ListenTls
{
    /// <summary>Nothing: -Z decides.</summary>
    Unsaid,

    /// <summary><c>notls:</c>, no TLS.</summary>
    Off,

    /// <summary><c>btls:</c>, TLS that asks for no certificate.</summary>
    Basic,

    /// <summary><c>mtls:</c>, TLS that requires one.</summary>
    Mutual,
}
