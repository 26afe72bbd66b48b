/** Stretches of a recording that are silenced, as people write them: one a line, in seconds or minutes. */
export type Mute = [from: number, to: number];

/** `1:05.5` and `65.5` are the same; NaN where it is no time. */
function secondsOf(written: string): number {
  const match = /^(?:(\d+):)?(\d+(?:[.,]\d+)?)$/.exec(written.trim());
  if (!match) return NaN;
  const seconds = Number(match[2]!.replace(",", "."));
  return match[1] === undefined ? seconds : seconds < 60 ? Number(match[1]) * 60 + seconds : NaN;
}

/** The stretches, or the first line that is none. */
export function readMutes(text: string): { mutes: Mute[] } | { wrong: string } {
  const mutes: Mute[] = [];
  for (const line of text.split("\n").filter((l) => l.trim() !== "")) {
    const [from = NaN, to = NaN, ...more] = line.split(/[-–]/).map(secondsOf);
    if (more.length > 0 || !(from < to)) return { wrong: line.trim() };
    mutes.push([from, to]);
  }
  return { mutes };
}

export const sayMutes = (mutes: readonly Mute[]): string[] =>
  mutes.map(([from, to]) => `${sayAt(from)} – ${sayAt(to)}`);

const sayAt = (seconds: number): string => {
  const rest = Number((seconds % 60).toFixed(3));
  return `${Math.floor(seconds / 60)}:${rest < 10 ? "0" : ""}${rest}`;
};
