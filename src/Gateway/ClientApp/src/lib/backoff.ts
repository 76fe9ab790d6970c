const firstMs = 500;
const longestMs = 10_000;

/** Pause before the next try: doubles, up to ten seconds, with a random quarter so that many pages do not come back at once. */
export function pauseMs(failures: number, random: () => number = Math.random): number {
  const base = Math.min(longestMs, firstMs * 2 ** failures);
  return Math.round(base * (0.75 + random() / 4));
}
