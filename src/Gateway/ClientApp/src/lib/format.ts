const two = (value: number) => String(value).padStart(2, "0");

/** 65,000 → "1:05", 3,725,000 → "1:02:05". */
export function duration(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = two(total % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${seconds}` : `${minutes}:${seconds}`;
}

/** Clock time of this machine, hh:mm:ss. */
export function clock(time: Date): string {
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** Clock time with tenths, for a timeline. */
export function preciseClock(time: Date): string {
  return `${clock(time)}.${Math.floor(time.getMilliseconds() / 100)}`;
}
