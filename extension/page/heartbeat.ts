/** Beats while there is something to look after: a page without numbers has no timer of ours. */
export function openHeartbeat(beat: () => boolean, ms: number, signal: AbortSignal) {
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  signal.addEventListener("abort", stop);
  /** There is something now. `beat` says when there is nothing any more. */
  return (): void => {
    if (!signal.aborted) timer ??= setInterval(() => beat() || stop(), ms);
  };
}
