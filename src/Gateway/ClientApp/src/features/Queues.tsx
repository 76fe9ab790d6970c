import { Elapsed } from "../components/Elapsed";
import { Figure } from "../components/Figure";
import { duration } from "../lib/format";
import type { Queue } from "../lib/model";
import type { State } from "../lib/state";
import { strings } from "../strings";

const text = strings.queues;

export function Queues({ state }: { readonly state: State }) {
  const queues = [...state.queues.values()].sort((left, right) => left.name.localeCompare(right.name));
  const longest = new Map<string, number>();
  for (const call of state.calls.values()) {
    if (call.queue !== undefined && (call.state === "waiting" || call.state === "ringing")) {
      longest.set(call.queue, Math.min(call.enqueuedMs, longest.get(call.queue) ?? call.enqueuedMs));
    }
  }

  return (
    <section aria-labelledby="queues-heading">
      <h2 id="queues-heading">{text.heading}</h2>
      {queues.length === 0 && <p class="empty">{text.empty}</p>}
      <ul class="queues">
        {queues.map((queue) => (
          <QueueCard key={queue.id} queue={queue} waitsSince={longest.get(queue.id)} />
        ))}
      </ul>
    </section>
  );
}

function QueueCard({ queue, waitsSince }: { readonly queue: Queue; readonly waitsSince: number | undefined }) {
  const needs = [...queue.needs.map((need) => `${need.skill} ≥ ${need.level}`), queue.condition ?? ""].filter((need) => need !== "").join(", ");
  const level = queue.serviceLevelPercent;
  return (
    <li class={`card queue ${queue.waiting > 0 ? "busy" : ""}`}>
      <div class="row">
        <h3>{queue.name}</h3>
        <span class={queue.readyAgents > 0 ? "good-text" : "muted"}>{text.ready(queue.readyAgents)}</span>
      </div>
      <p class="muted small">{needs === "" ? text.anyone : text.needs(needs)}</p>
      <dl class="figures">
        <Figure name={text.waiting} tone="large">
          {queue.waiting}
        </Figure>
        <Figure name={text.longest} tone="large">
          {waitsSince === undefined ? text.none : <Elapsed sinceMs={waitsSince} />}
        </Figure>
        <Figure name={text.level(queue.serviceLevelTargetMs / 1000)}>{level === undefined ? text.none : `${level.toFixed(0)} %`}</Figure>
        <Figure name={text.speed}>{queue.averageSpeedOfAnswerMs === undefined ? text.none : duration(queue.averageSpeedOfAnswerMs)}</Figure>
      </dl>
    </li>
  );
}
