import { useEffect, useState } from "preact/hooks";
import { AgentDialog } from "./features/AgentDialog";
import { Agents } from "./features/Agents";
import { CallDialog } from "./features/CallDialog";
import { Calls } from "./features/Calls";
import { GettingStarted } from "./features/GettingStarted";
import { Header } from "./features/Header";
import { KeyPrompt } from "./features/KeyPrompt";
import { LostBanner } from "./features/LostBanner";
import { Queues } from "./features/Queues";
import type { LiveConnection } from "./lib/connection";
import { useObservable } from "./lib/observable";
import { strings } from "./strings";

export function App({ connection }: { readonly connection: LiveConnection }) {
  const status = useObservable(connection.status);
  const state = useObservable(connection.state);
  const [opened, open] = useState<string>();
  const [agent, openAgent] = useState<string>();
  const lost = status.kind === "lost";

  const title = state.domain === undefined ? strings.title : `${strings.title} · ${state.domain.id}`;
  useEffect(() => {
    document.title = lost ? strings.connection.staleTitle(title) : title;
  }, [lost, title]);

  return (
    <>
      <a class="skip" href="#calls">
        {strings.skip}
      </a>
      <Header state={state} status={status} />
      {lost && <LostBanner status={status} retry={() => connection.retryNow()} />}
      {status.kind === "key-needed" && <KeyPrompt refused={status.refused} use={(key) => connection.useKey(key)} />}
      {state.domain !== undefined && status.kind !== "key-needed" && (
        <main class={lost ? "stale" : undefined}>
          <Queues state={state} />
          <Calls state={state} open={open} />
          {state.calls.size === 0 && state.hints !== undefined && <GettingStarted hints={state.hints} />}
          <Agents state={state} open={openAgent} />
        </main>
      )}
      {opened !== undefined && <CallDialog id={opened} state={state} connection={connection} close={() => open(undefined)} />}
      {agent !== undefined && <AgentDialog id={agent} state={state} connection={connection} close={() => openAgent(undefined)} />}
    </>
  );
}
