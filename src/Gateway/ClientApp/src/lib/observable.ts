import { useEffect, useState } from "preact/hooks";

/** A value with listeners. */
export class Observable<T> {
  private readonly listeners = new Set<() => void>();

  constructor(private current: T) {}

  get value(): T {
    return this.current;
  }

  set(value: T): void {
    this.current = value;
    for (const listener of this.listeners) {
      listener();
    }
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** Renders again whenever the value is set. */
export function useObservable<T>(observable: Observable<T>): T {
  const [, render] = useState(0);
  useEffect(() => observable.subscribe(() => render((count) => count + 1)), [observable]);
  return observable.value;
}
