/** The parts of a recording that are silenced in a copy, as people write them: one on each line, `12.5-20` or `1:05 – 1:07`. */

/** In seconds. */
export type MutedPart = [from: number, to: number];

/** `1:05.5` and `65.5` both give 65.5; NaN for what is not a time. */
function secondsOf(written: string): number {
  const match = /^(?:(\d+):)?(\d+(?:[.,]\d+)?)$/.exec(written.trim());
  if (!match) return NaN;
  const seconds = Number(match[2]!.replace(",", "."));
  return match[1] === undefined ? seconds : seconds < 60 ? Number(match[1]) * 60 + seconds : NaN;
}

/** The parts, and the lines that are none, as they are written. */
export function readMutedParts(text: string): { mutes: MutedPart[]; wrong: string[] } {
  const mutes: MutedPart[] = [];
  const wrong: string[] = [];
  for (const line of text.split("\n").filter((l) => l.trim() !== "")) {
    const [from = NaN, to = NaN, ...more] = line.split(/[-–]/).map(secondsOf);
    if (more.length > 0 || !(from < to)) wrong.push(line.trim());
    else mutes.push([from, to]);
  }
  return { mutes, wrong };
}

/** What is written once the parts in it are others. Lines that are none stay, at the end. */
export const writeMutedParts = (text: string, parts: readonly MutedPart[]): string =>
  [...sayMutedParts(parts), ...readMutedParts(text).wrong].join("\n");

export const sayMutedParts = (mutes: readonly MutedPart[]): string[] =>
  mutes.map(([from, to]) => `${sayAt(from)} – ${sayAt(to)}`);

const sayAt = (seconds: number): string => {
  const rest = Number((seconds % 60).toFixed(3));
  return `${Math.floor(seconds / 60)}:${rest < 10 ? "0" : ""}${rest}`;
};
