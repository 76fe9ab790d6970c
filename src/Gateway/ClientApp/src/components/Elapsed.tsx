import { serverNow } from "../lib/clock";
import { duration } from "../lib/format";
import { useObservable } from "../lib/observable";

/** Time since a moment, ticking; or up to another moment, standing still. */
export function Elapsed({ sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs?: number | undefined }) {
  return untilMs === undefined ? <Ticking sinceMs={sinceMs} /> : <span class="time">{duration(untilMs - sinceMs)}</span>;
}

function Ticking({ sinceMs }: { readonly sinceMs: number }) {
  const now = useObservable(serverNow);
  return <span class="time">{duration(now - sinceMs)}</span>;
}
