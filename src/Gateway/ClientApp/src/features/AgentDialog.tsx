import { Dialog } from "../components/Dialog";
import { Why } from "../components/Why";
import { serverNow } from "../lib/clock";
import type { LiveConnection } from "../lib/connection";
import { duration } from "../lib/format";
import type { Agent } from "../lib/model";
import { useObservable } from "../lib/observable";
import type { State } from "../lib/state";
import { strings } from "../strings";

const text = strings.agents;

interface Props {
  readonly id: string;
  readonly state: State;
  readonly connection: LiveConnection;
  readonly close: () => void;
}

/** What an agent does and why, whom they may serve, and the counts of the shift. */
export function AgentDialog({ id, state, connection, close }: Props) {
  const agent = state.agents.get(id);
  return (
    <Dialog heading={agent?.name ?? id} close={close}>
      {agent !== undefined && <Shift agent={agent} />}
      <h3>{text.why}</h3>
      <Why ask={() => connection.explainAgent(id)} about={agent} />
    </Dialog>
  );
}

function Shift({ agent }: { readonly agent: Agent }) {
  const { busyMs, readyMs } = useShift(agent);
  const facts = [text.state[agent.state], text.shiftAnswered(agent.shiftAnswered), text.busy(duration(busyMs)), text.ready(duration(readyMs))];
  return <p class="muted">{[...facts, ...(busyMs + readyMs === 0 ? [] : [text.occupied(share(busyMs, readyMs))])].join(" · ")}</p>;
}

/** Busy and ready time of the shift with the state that lasts. */
export function useShift(agent: Agent): { readonly busyMs: number; readonly readyMs: number } {
  const now = useObservable(serverNow);
  const lastedMs = agent.sinceMs > 0 ? Math.max(0, now - agent.sinceMs) : 0;
  const busy = agent.state === "offered" || agent.state === "talking" || agent.state === "wrap-up";
  return { busyMs: agent.busyMs + (busy ? lastedMs : 0), readyMs: agent.readyMs + (agent.state === "ready" ? lastedMs : 0) };
}

/** Busy of busy and ready time, whole percent. */
export function share(busyMs: number, readyMs: number): number {
  return busyMs + readyMs === 0 ? 0 : Math.round((100 * busyMs) / (busyMs + readyMs));
}
