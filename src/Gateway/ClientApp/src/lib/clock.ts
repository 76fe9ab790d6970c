import { Observable } from "./observable";

/** The server's time in Unix milliseconds, a step a second: what is counted on the page counts with it. */
export const serverNow = new Observable(Date.now());

let offsetMs = 0;

/** Sets this machine's clock right against a frame. */
export function synchronise(serverMs: number): void {
  offsetMs = serverMs - Date.now();
}

/** Stops counting while the connection is lost: old data must not look alive. */
let frozen = false;

export function freeze(value: boolean): void {
  frozen = value;
}

setInterval(() => {
  if (!frozen) {
    serverNow.set(Date.now() + offsetMs);
  }
}, 1000);
