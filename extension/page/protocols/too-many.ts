/** No person begins more calls in a minute: a page that dials in a loop must not fill the screen or the records. */
const MOST_A_MINUTE = 120;
const MINUTE = 60_000;

/** Counts what begins. `now`: milliseconds. */
export function openLimit(now: () => number) {
  let begun: number[] = [];
  return {
    /** Counts one more, unless it is one too many. */
    isTooMany(): boolean {
      const at = now();
      begun = begun.filter((before) => at - before < MINUTE);
      return begun.length >= MOST_A_MINUTE || begun.push(at) < 0;
    },
    /** The last was none. */
    uncount: (): void => void begun.pop(),
  };
}
