using System.Text.Json.Serialization;

namespace Routing.Contracts.Commands;

/// <summary>An input to a domain. Every command is idempotent: a repeat changes nothing and gets a reply that fits the state.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(CallArrived), "callArrived")]
[JsonDerivedType(typeof(CallsClosed), "callsClosed")]
[JsonDerivedType(typeof(CallerLeft), "callerLeft")]
[JsonDerivedType(typeof(LegChanged), "legChanged")]
[JsonDerivedType(typeof(OfferRinging), "offerRinging")]
[JsonDerivedType(typeof(OfferAnswered), "offerAnswered")]
[JsonDerivedType(typeof(OfferFailed), "offerFailed")]
[JsonDerivedType(typeof(AgentLegEnded), "agentLegEnded")]
[JsonDerivedType(typeof(RegisterPhone), "registerPhone")]
[JsonDerivedType(typeof(SetAgentState), "setAgentState")]
[JsonDerivedType(typeof(ApplyConfiguration), "applyConfiguration")]
[JsonDerivedType(typeof(RollbackConfiguration), "rollbackConfiguration")]
[JsonDerivedType(typeof(GatewayStarted), "gatewayStarted")]
[JsonDerivedType(typeof(GatewayAlive), "gatewayAlive")]
[JsonDerivedType(typeof(Resume), "resume")]
[JsonDerivedType(typeof(PeerSaid), "peerSaid")]
[JsonDerivedType(typeof(TimerDue), "timerDue")]
public abstract record Command;
