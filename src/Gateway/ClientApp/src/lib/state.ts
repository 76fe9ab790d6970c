import type { Agent, Call, Domain, Frame, Hints, Queue } from "./model";

/** Ended calls that the page keeps. */
const maxEndedCalls = 50;

/** All that is known of the domain; a new object after every frame. */
export interface State {
  readonly domain: Domain | undefined;
  readonly hints: Hints | undefined;
  readonly queues: ReadonlyMap<string, Queue>;
  readonly agents: ReadonlyMap<string, Agent>;
  readonly calls: ReadonlyMap<string, Call>;
}

export const nothing: State = { domain: undefined, hints: undefined, queues: new Map(), agents: new Map(), calls: new Map() };

/** The state after a frame. */
export function apply(state: State, frame: Frame): State {
  return {
    domain: frame.domain,
    hints: frame.hints ?? state.hints,
    queues: merge(state.queues, frame.full, frame.queues, frame.removedQueues),
    agents: merge(state.agents, frame.full, frame.agents, frame.removedAgents),
    calls: withoutOldest(merge(state.calls, frame.full, frame.calls, undefined)),
  };
}

function merge<T extends { readonly id: string }>(
  before: ReadonlyMap<string, T>,
  full: boolean,
  changed: readonly T[] | undefined,
  removed: readonly string[] | undefined,
): ReadonlyMap<string, T> {
  if (!full && changed === undefined && removed === undefined) {
    return before;
  }

  const after = new Map(full ? [] : before);
  for (const item of changed ?? []) {
    after.set(item.id, item);
  }

  for (const id of removed ?? []) {
    after.delete(id);
  }

  return after;
}

function withoutOldest(calls: ReadonlyMap<string, Call>): ReadonlyMap<string, Call> {
  const ended = [...calls.values()].filter((call) => call.state === "ended");
  if (ended.length <= maxEndedCalls) {
    return calls;
  }

  ended.sort((left, right) => (right.endedMs ?? 0) - (left.endedMs ?? 0));
  const kept = new Map(calls);
  for (const call of ended.slice(maxEndedCalls)) {
    kept.delete(call.id);
  }

  return kept;
}

/** The order in which a queue serves, in a domain whose priorities age so. */
export function byPlace(ageingMs: number): (left: Call, right: Call) => number {
  return (left, right) =>
    (ageingMs === 0 ? right.priority - left.priority : left.orderMs - right.orderMs - (left.priority - right.priority) * ageingMs) ||
    left.orderMs - right.orderMs ||
    left.orderNumber - right.orderNumber ||
    (left.id < right.id ? -1 : 1);
}

/** Place in line of every call that waits or rings, from 1 within its queue. */
export function positions(calls: Iterable<Call>, ageingMs: number): ReadonlyMap<string, number> {
  const inLine = [...calls].filter((call) => call.state === "waiting" || call.state === "ringing").sort(byPlace(ageingMs));
  const counts = new Map<string, number>();
  const places = new Map<string, number>();
  for (const call of inLine) {
    const place = (counts.get(call.queue ?? "") ?? 0) + 1;
    counts.set(call.queue ?? "", place);
    places.set(call.id, place);
  }

  return places;
}

/** Whoever calls, as people say it. */
export function callerOf(call: { readonly ani: string; readonly displayName?: string }, withheld: string): string {
  return call.displayName !== undefined && call.displayName !== "" ? call.displayName : call.ani !== "" ? call.ani : withheld;
}
