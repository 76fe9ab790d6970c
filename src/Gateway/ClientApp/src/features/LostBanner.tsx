import { useEffect, useState } from "preact/hooks";
import type { Status } from "../lib/connection";
import { clock } from "../lib/format";
import { strings } from "../strings";

/** Says that the data is old, how old, and when the next try is. */
export function LostBanner({ status, retry }: { readonly status: Extract<Status, { kind: "lost" }>; readonly retry: () => void }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);

  return (
    <div class="banner" role="alert">
      <strong>{status.dataFrom === undefined ? strings.connection.neverBanner : strings.connection.lostBanner(clock(status.dataFrom))}</strong>
      <span class="time" aria-hidden="true">
        {strings.connection.retryIn(Math.ceil((status.nextTryAt - now) / 1000))}
      </span>
      <button type="button" onClick={retry}>
        {strings.connection.retryNow}
      </button>
    </div>
  );
}
