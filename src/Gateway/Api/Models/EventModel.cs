using System.Text.Json.Serialization;
using Routing.Contracts.Events;

namespace Routing.Gateway.Api.Models;

/// <summary>An event as src/Contracts/Formats/Events.md has it: 'type' names it, the other fields depend on that. Pass over types, fields and words that you do not know.</summary>
/// <param name="Told">Written as it is stored, not in the words of REST.</param>
[JsonConverter(typeof(EventModelConverter))]
public readonly record struct EventModel(DomainEvent Told);
