namespace Routing.Gateway.Tests.Telephony.Rig;

/// <summary>The process dies here.</summary>
internal sealed class SimulatedCrashException : Exception;
