using System.Text.Json.Serialization;

namespace Routing.Contracts.Events;

/// <summary>A committed fact. Events of a turn share its sequence and time and keep their order; all figures derive from them.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(AgentChanged), "agentChanged")]
[JsonDerivedType(typeof(AgentHealed), "agentHealed")]
[JsonDerivedType(typeof(AgentRemoved), "agentRemoved")]
[JsonDerivedType(typeof(QueueChanged), "queueChanged")]
[JsonDerivedType(typeof(QueueRemoved), "queueRemoved")]
[JsonDerivedType(typeof(CallChanged), "callChanged")]
[JsonDerivedType(typeof(OfferMade), "offerMade")]
[JsonDerivedType(typeof(OfferEnded), "offerEnded")]
[JsonDerivedType(typeof(VisitEnded), "visitEnded")]
[JsonDerivedType(typeof(DomainChanged), "domainChanged")]
[JsonDerivedType(typeof(EdgeConfigurationChanged), "edgeConfigurationChanged")]
public abstract record DomainEvent;
