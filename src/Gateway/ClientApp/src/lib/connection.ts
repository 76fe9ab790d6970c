import { HttpTransportType, HubConnectionBuilder, HubConnectionState, LogLevel, type HubConnection } from "@microsoft/signalr";
import { pauseMs } from "./backoff";
import { freeze, synchronise } from "./clock";
import type { CallDetail, Explanation, Frame } from "./model";
import { Observable } from "./observable";
import { apply, nothing } from "./state";

export type Status =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "lost"; readonly dataFrom: Date | undefined; readonly nextTryAt: number }
  | { readonly kind: "key-needed"; readonly refused: boolean };

const hubPath = "/hubs/live";
const ticketPath = "/api/v1/hub-tickets";
const keyName = "routing-key";

/** The server sends a frame at least every 5 s: silence for this long means that the connection is lost. */
const serverTimeoutMs = 15_000;

/**
 * Follows the domain over the hub and starts over whenever the connection ends, since a full frame is the cheapest way to be right again.
 * The key never stands in an address: it buys tickets that are good for one connection.
 */
export class LiveConnection {
  readonly status = new Observable<Status>({ kind: "connecting" });
  readonly state = new Observable(nothing);

  private hub: HubConnection | undefined;
  private failures = 0;
  private lastFrame: Date | undefined;
  private wake: (() => void) | undefined;
  private keyRefused = false;
  private hasFailedToOpen = false;

  start(): void {
    window.addEventListener("online", () => this.retryNow());
    void this.run();
  }

  retryNow(): void {
    this.wake?.();
  }

  useKey(key: string): void {
    sessionStorage.setItem(keyName, key);
    this.status.set({ kind: "connecting" });
    this.retryNow();
  }

  readCall(id: string): Promise<CallDetail | null> {
    return this.ask<CallDetail>("ReadCall", id);
  }

  explainCall(id: string): Promise<Explanation | null> {
    return this.ask<Explanation>("ExplainCall", id);
  }

  explainAgent(id: string): Promise<Explanation | null> {
    return this.ask<Explanation>("ExplainAgent", id);
  }

  private async ask<T>(method: string, id: string): Promise<T | null> {
    if (this.hub?.state !== HubConnectionState.Connected) {
      throw new Error("not connected");
    }

    return await this.hub.invoke<T | null>(method, id);
  }

  private async run(): Promise<never> {
    for (;;) {
      try {
        await this.follow();
      } catch {
        // Whatever ended the connection, the answer is the same: find out whether a key is missing, else try again.
      }

      if (this.keyRefused || (this.hasFailedToOpen && (await isKeyNeeded()))) {
        sessionStorage.removeItem(keyName);
        this.status.set({ kind: "key-needed", refused: this.keyRefused });
        this.keyRefused = false;
        await this.pause(undefined);
        continue;
      }

      const pause = pauseMs(this.failures++);
      freeze(true);
      this.status.set({ kind: "lost", dataFrom: this.lastFrame, nextTryAt: Date.now() + pause });
      await this.pause(pause);
    }
  }

  /** Connects and takes frames until the connection ends. */
  private async follow(): Promise<void> {
    const builder = new HubConnectionBuilder().configureLogging(LogLevel.None);
    const withKey = sessionStorage.getItem(keyName) !== null;
    const hub = builder
      .withUrl(hubPath, { transport: HttpTransportType.WebSockets, ...(withKey ? { accessTokenFactory: () => this.buyTicket() } : {}) })
      .build();
    hub.serverTimeoutInMilliseconds = serverTimeoutMs;
    this.hasFailedToOpen = true;
    try {
      await hub.start();
      this.hasFailedToOpen = false;
      this.hub = hub;
      await new Promise<void>((resolve, reject) => {
        hub.onclose(() => resolve());
        hub.stream<Frame>("Watch").subscribe({ next: (frame) => this.take(frame), error: reject, complete: resolve });
      });
    } finally {
      this.hub = undefined;
      await hub.stop();
    }
  }

  private take(frame: Frame): void {
    if (frame.ended !== undefined) {
      this.keyRefused = true;
      return;
    }

    this.lastFrame = new Date();
    this.failures = 0;
    synchronise(frame.nowMs);
    freeze(false);
    this.state.set(apply(this.state.value, frame));
    if (this.status.value.kind !== "live") {
      this.status.set({ kind: "live" });
    }
  }

  /** A ticket for one request of the hub's client. */
  private async buyTicket(): Promise<string> {
    const response = await fetch(ticketPath, { method: "POST", headers: { Authorization: `Bearer ${sessionStorage.getItem(keyName) ?? ""}` } });
    this.keyRefused = response.status === 401 || response.status === 403;
    if (!response.ok) {
      throw new Error(`No ticket: ${response.status}`);
    }

    const body = (await response.json()) as { readonly ticket: string };
    return body.ticket;
  }

  private pause(milliseconds: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Asks the hub as a stranger would: it says 401 where the page is not open. */
async function isKeyNeeded(): Promise<boolean> {
  if (sessionStorage.getItem(keyName) !== null) {
    return false;
  }

  try {
    return (await fetch(`${hubPath}/negotiate?negotiateVersion=1`, { method: "POST" })).status === 401;
  } catch {
    return false;
  }
}
