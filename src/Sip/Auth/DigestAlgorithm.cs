namespace Routing.Sip.Auth;

/// <summary>Hash of a digest. MD5 is what every phone knows (RFC 3261 §22.4); SHA-256 is RFC 8760.</summary>
public enum DigestAlgorithm : byte
{
    Md5,
    Sha256,
}
