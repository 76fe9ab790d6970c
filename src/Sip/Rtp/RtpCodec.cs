using System.Diagnostics.CodeAnalysis;

namespace Routing.Sip.Rtp;

/// <summary>Codecs that this library can speak. The values are the static payload types of RFC 3551 §6.</summary>
[SuppressMessage("Design", "CA1027:Mark enums with FlagsAttribute", Justification = "The values are payload types, not bits.")]
public enum RtpCodec
{
    /// <summary>G.711 µ-law, 8,000 samples/s, one byte a sample.</summary>
    Pcmu = 0,

    /// <summary>G.711 A-law, 8,000 samples/s, one byte a sample.</summary>
    Pcma = 8,
}
