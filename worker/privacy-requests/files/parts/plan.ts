/** Which recordings go into which part of a requester's copy. Pure. */
import type { RequestItem } from "../../../../shared/privacy-requests/api.ts";

/** Calls to the stores: Cloudflare allows 1,000 in one request, and the rest of the copy makes some, too. */
const CALLS = 800;
/** Without a queue the clock makes the parts, in a run that has other work. */
const CALLS_BY_CLOCK = 400;
/** Bytes of recordings: stores take 5 GB at once, and the rest of the copy has some, too. */
const BYTES = 4_000_000_000;

/** A recording of a copy. `bytes`: null where its store has not told. */
export interface Planned {
  item: RequestItem;
  bytes: number | null;
}

/** Each is looked at and read; one with silence is read twice before. */
const callsOf = ({ item }: Planned): number => (item.mute.length > 0 ? 4 : 2);

function within(all: readonly Planned[], calls: number): Planned[][] {
  const parts: Planned[][] = [];
  let left = { calls: 0, bytes: 0 };
  for (const one of all) {
    const size = one.bytes ?? 0;
    if (parts.length === 0 || callsOf(one) > left.calls || size > left.bytes) {
      parts.push([]);
      left = { calls, bytes: BYTES };
    }
    parts.at(-1)!.push(one);
    left = { calls: left.calls - callsOf(one), bytes: left.bytes - size };
  }
  return parts;
}

/** The parts, in the order of the recordings: one where a single request can make the copy. `queued`: a queue makes them. */
export function inParts(all: readonly Planned[], queued: boolean): Planned[][] {
  const parts = within(all, CALLS);
  return parts.length <= 1 || queued ? parts : within(all, CALLS_BY_CLOCK);
}
