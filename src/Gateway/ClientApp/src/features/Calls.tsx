import { Elapsed } from "../components/Elapsed";
import type { Agent, Call, CallState } from "../lib/model";
import { byPlace, callerOf, positions, type State } from "../lib/state";
import { strings } from "../strings";

const text = strings.calls;
type Place = Exclude<CallState, "announcing">;
const columns: readonly Place[] = ["waiting", "ringing", "talking", "ended"];

/** Who hears the announcement that ends the call is as good as gone: such a call stands before those that have ended. */
function placeOf(call: Call): Place {
  return call.state === "announcing" ? "ended" : call.state;
}

/** Cards of a column; a page that draws thousands of them helps nobody. */
const maxCards = 60;
const maxEndedCards = 12;

export function Calls({ state, open }: { readonly state: State; readonly open: (id: string) => void }) {
  const places = positions(state.calls.values(), state.domain?.ageingMs ?? 0);
  const ringing = new Map<string, Agent[]>();
  for (const agent of state.agents.values()) {
    if (agent.state === "offered" && agent.call !== undefined) {
      ringing.set(agent.call, [...(ringing.get(agent.call) ?? []), agent]);
    }
  }

  return (
    <section id="calls" aria-labelledby="calls-heading" tabIndex={-1}>
      <h2 id="calls-heading">{text.heading}</h2>
      <div class="board">
        {columns.map((column) => (
          <Column key={column} column={column} state={state} places={places} ringing={ringing} open={open} />
        ))}
      </div>
    </section>
  );
}

interface ColumnProps {
  readonly column: Place;
  readonly state: State;
  readonly places: ReadonlyMap<string, number>;
  readonly ringing: ReadonlyMap<string, readonly Agent[]>;
  readonly open: (id: string) => void;
}

function Column({ column, state, places, ringing, open }: ColumnProps) {
  const inOrder = column === "ended" ? byEnd : column === "talking" ? byAnswer : byPlace(state.domain?.ageingMs ?? 0);
  const calls = [...state.calls.values()].filter((call) => placeOf(call) === column).sort(inOrder);
  const shown = calls.slice(0, column === "ended" ? maxEndedCards : maxCards);
  return (
    <section class={`column ${column}`} aria-labelledby={`column-${column}`}>
      <h3 id={`column-${column}`}>
        <span class="dot" aria-hidden="true" />
        {text.columns[column]}
        {column !== "ended" && <span class="count">{calls.length}</span>}
      </h3>
      {shown.length === 0 && <p class="empty">{text.columnEmpty[column]}</p>}
      <ul>
        {shown.map((call) => (
          <CallCard key={call.id} call={call} state={state} place={places.get(call.id)} rings={ringing.get(call.id) ?? []} open={open} />
        ))}
      </ul>
      {column !== "ended" && calls.length > shown.length && <p class="muted small">{text.more(calls.length - shown.length)}</p>}
    </section>
  );
}

interface CardProps {
  readonly call: Call;
  readonly state: State;
  readonly place: number | undefined;
  readonly rings: readonly Agent[];
  readonly open: (id: string) => void;
}

function CallCard({ call, state, place, rings, open }: CardProps) {
  const caller = callerOf(call, text.withheld);
  const queue = call.queue === undefined ? call.dnis : (state.queues.get(call.queue)?.name ?? call.queue);
  return (
    <li>
      <button type="button" class="card call" aria-label={text.open(caller, queue, progress(call, state, place, rings))} onClick={() => open(call.id)}>
        <span class="row">
          <strong>{caller}</strong>
          {call.state === "talking" && call.answeredMs !== undefined ? (
            <Elapsed sinceMs={call.answeredMs} untilMs={call.endedMs} />
          ) : (
            <Elapsed sinceMs={call.arrivedMs} untilMs={call.answeredMs ?? call.endedMs} />
          )}
        </span>
        <span class="row muted small">
          <span>{queue}</span>
          <span>{progress(call, state, place, rings)}</span>
        </span>
      </button>
    </li>
  );
}

function progress(call: Call, state: State, place: number | undefined, rings: readonly Agent[]): string {
  switch (call.state) {
    case "waiting":
      return place === undefined ? "" : text.position(place);
    case "ringing":
      return rings.length === 0 ? "" : text.rings(rings.map((agent) => agent.name).join(", "));
    case "talking":
      return call.agent === undefined ? "" : text.with(state.agents.get(call.agent)?.name ?? call.agent);
    case "announcing":
      return text.hears;
    case "ended":
      return call.outcome === undefined ? "" : text.outcome[call.outcome];
  }
}

function byEnd(left: Call, right: Call): number {
  return (right.endedMs ?? Infinity) - (left.endedMs ?? Infinity) || right.arrivedMs - left.arrivedMs;
}

function byAnswer(left: Call, right: Call): number {
  return (right.answeredMs ?? 0) - (left.answeredMs ?? 0);
}
