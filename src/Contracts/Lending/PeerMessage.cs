using System.Text.Json.Serialization;
using Routing.Contracts.Ids;

namespace Routing.Contracts.Lending;

/// <summary>
/// What routing domains say to each other. A call never moves: its home domain asks another one for an agent, and that one lends an agent whom the home domain rings. What is said about
/// one attempt of one call arrives in order and once (<see cref="Commands.PeerSaid"/>); what comes too late finds the attempt over and changes nothing.
/// </summary>
/// <param name="Call">The call, by the name that its home domain gave it.</param>
/// <param name="Attempt">Which time the call asks, counted from 1 over all domains that it asks.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(SeekAgent), "seekAgent")]
[JsonDerivedType(typeof(StopSeeking), "stopSeeking")]
[JsonDerivedType(typeof(SeekRefused), "seekRefused")]
[JsonDerivedType(typeof(LendAgent), "lendAgent")]
[JsonDerivedType(typeof(RecallAgent), "recallAgent")]
[JsonDerivedType(typeof(LoanRinging), "loanRinging")]
[JsonDerivedType(typeof(LoanAnswered), "loanAnswered")]
[JsonDerivedType(typeof(LoanFailed), "loanFailed")]
[JsonDerivedType(typeof(LoanReturned), "loanReturned")]
[JsonDerivedType(typeof(LoanEnded), "loanEnded")]
[JsonDerivedType(typeof(CheckSeek), "checkSeek")]
[JsonDerivedType(typeof(CheckGuest), "checkGuest")]
[JsonDerivedType(typeof(SeekStands), "seekStands")]
public abstract record PeerMessage(CallId Call, int Attempt);
