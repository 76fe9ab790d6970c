import { useState } from "preact/hooks";
import { Chip } from "../components/Chip";
import { Elapsed } from "../components/Elapsed";
import type { Agent, AgentState } from "../lib/model";
import { callerOf, type State } from "../lib/state";
import { share, useShift } from "./AgentDialog";
import { strings } from "../strings";

const text = strings.agents;

/** Cards at once; the search finds the others. */
const maxCards = 60;

const tones: Record<AgentState, string> = {
  ready: "good",
  offered: "warm",
  talking: "busy",
  "wrap-up": "after",
  "not-ready": "bad",
  "logged-out": "quiet",
};

const order: readonly AgentState[] = ["offered", "talking", "wrap-up", "ready", "not-ready", "logged-out"];

export function Agents({ state, open }: { readonly state: State; readonly open: (id: string) => void }) {
  const [filter, setFilter] = useState("");
  const all = [...state.agents.values()];
  const few = all.length <= maxCards;
  const wanted = filter.trim().toLowerCase();
  const found = all.filter((agent) => matches(agent, wanted)).sort(few ? byName : byState);
  return (
    <section aria-labelledby="agents-heading">
      <div class="row">
        <h2 id="agents-heading">{text.heading}</h2>
        <input
          type="search"
          placeholder={text.filter}
          aria-label={text.filter}
          value={filter}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
      </div>
      {found.length === 0 && <p class="empty">{all.length === 0 ? text.empty : text.noMatch}</p>}
      <ul class="agents">
        {found.slice(0, maxCards).map((agent) => (
          <AgentCard key={agent.id} agent={agent} state={state} open={open} />
        ))}
      </ul>
      {found.length > maxCards && <p class="muted small">{text.more(found.length - maxCards)}</p>}
    </section>
  );
}

function AgentCard({ agent, state, open }: { readonly agent: Agent; readonly state: State; readonly open: (id: string) => void }) {
  const { busyMs, readyMs } = useShift(agent);
  const call = agent.call === undefined ? undefined : state.calls.get(agent.call);
  const busy = agent.state === "offered" || agent.state === "talking";
  // The line below tells how many phones there are.
  const reason = agent.reason === "no-phone" ? undefined : agent.reason;
  return (
    <li class="card agent">
      <div class="row">
        <h3>
          <button type="button" class="opens" aria-label={text.open(agent.name, text.state[agent.state])} onClick={() => open(agent.id)}>
            {agent.name}
          </button>
        </h3>
        {agent.sinceMs > 0 && <Elapsed sinceMs={agent.sinceMs} />}
      </div>
      <div class="row">
        <Chip tone={tones[agent.state]}>{text.state[agent.state]}</Chip>
        <span class="muted small">{busy && call !== undefined ? text.onCall(callerOf(call, strings.calls.withheld)) : reason}</span>
      </div>
      <p class="muted small skills">
        {agent.skills.map((skill) => (
          <span key={skill.skill} class="skill">
            {skill.skill} {skill.level}
          </span>
        ))}
      </p>
      <div class="row muted small">
        <span>{text.phones(agent.phones)}</span>
        <span>{text.handled(agent.answered, agent.missed)}</span>
      </div>
      {busyMs + readyMs > 0 && <p class="muted small">{text.shift(agent.shiftAnswered, share(busyMs, readyMs))}</p>}
    </li>
  );
}

function matches(agent: Agent, wanted: string): boolean {
  return (
    wanted === "" ||
    agent.id.toLowerCase().includes(wanted) ||
    agent.name.toLowerCase().includes(wanted) ||
    text.state[agent.state].toLowerCase().includes(wanted) ||
    agent.skills.some((skill) => skill.skill.toLowerCase().includes(wanted))
  );
}

function byName(left: Agent, right: Agent): number {
  return left.name.localeCompare(right.name);
}

function byState(left: Agent, right: Agent): number {
  return order.indexOf(left.state) - order.indexOf(right.state) || byName(left, right);
}
