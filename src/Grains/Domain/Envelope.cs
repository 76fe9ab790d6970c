using Routing.Contracts.Engine;

namespace Routing.Grains.Domain;

/// <summary>A message on its way to a grain.</summary>
internal readonly record struct Envelope(RowKey To, GrainMessage Message);
