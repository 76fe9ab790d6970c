using System.Text.Json.Serialization;
using Routing.Contracts.Ids;

namespace Routing.Contracts.Effects;

/// <summary>Something a gateway must do in the world. At least once and idempotent: a repeat is a retransmission, never a second ring.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RingCaller), "ringCaller")]
[JsonDerivedType(typeof(AnswerCaller), "answerCaller")]
[JsonDerivedType(typeof(PlayAnnouncement), "playAnnouncement")]
[JsonDerivedType(typeof(EndCaller), "endCaller")]
[JsonDerivedType(typeof(OfferCall), "offerCall")]
[JsonDerivedType(typeof(WithdrawOffer), "withdrawOffer")]
[JsonDerivedType(typeof(ConnectCall), "connectCall")]
[JsonDerivedType(typeof(EndAgentLeg), "endAgentLeg")]
[JsonDerivedType(typeof(RestoreCall), "restoreCall")]
[JsonDerivedType(typeof(TellDomain), "tellDomain")]
[JsonDerivedType(typeof(ReleaseCall), "releaseCall")]
public abstract record Effect(CallId Call);
