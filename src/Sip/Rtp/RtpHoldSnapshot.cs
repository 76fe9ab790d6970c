namespace Routing.Sip.Rtp;

/// <summary>Counters of a <see cref="RtpHoldPlayer"/> at one moment.</summary>
/// <param name="StreamsOpen">Streams that hold a port now.</param>
/// <param name="StreamsPlaying">Streams that send now.</param>
/// <param name="PortsUsed">Ports taken from the range now.</param>
/// <param name="PacketsSent">Packets sent, since the start.</param>
/// <param name="PacketsReceived">Packets received and ignored, since the start.</param>
/// <param name="PacketsSkipped">Packets not sent because the thread was too late.</param>
/// <param name="SendErrors">Sends that failed.</param>
/// <param name="LateMicrosecondsMax">Worst lateness of a packet against its schedule.</param>
/// <param name="LateOver1MillisecondCount">Packets later than 1 ms.</param>
/// <param name="LateOver5MillisecondsCount">Packets later than 5 ms.</param>
public sealed record RtpHoldSnapshot(
    int StreamsOpen,
    int StreamsPlaying,
    int PortsUsed,
    long PacketsSent,
    long PacketsReceived,
    long PacketsSkipped,
    long SendErrors,
    long LateMicrosecondsMax,
    long LateOver1MillisecondCount,
    long LateOver5MillisecondsCount);
