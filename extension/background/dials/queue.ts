/**
 * The evidence of dials on its way to the Worker. Each record stands in chrome.storage.local before the dial goes on,
 * under a key of its own that is its Idempotency-Key for ever: stopped, restarted or without an answer, it is sent
 * again until the Worker has said what became of it, in the order of the dials. The Worker stores a key once.
 *
 * A dial that was held is one record when it is held; where the agent then lets it go on, that is a second one beside
 * it. At the bound the oldest are kept and what comes then is counted: the popup says so. An override is not made then.
 */
import type { Dial, DialRequest } from "../../../shared/dials/api.ts";
import type { Answer, DialsState, DialWarning } from "../../messages.ts";
import type { Account, Link } from "../link.ts";
import type { Shelf } from "../storage.ts";
import { NoAnswer, Refused } from "../trouble.ts";

const PREFIX = "dial:";
const LOST = "dials-lost";
const WARNINGS = "dial-warnings";
/** Of about 1 kB each: well within the 10 MB of the area. */
export const MOST = 2000;
const MOST_WARNINGS = 20;
/** How long an override waits for the Worker's word before it goes on by the page's. */
export const WAIT_MS = 2000;

interface Waiting {
  key: string;
  dial: DialRequest;
  /** Whose it is: it is sent under no other name, and to no other Worker. */
  owner: string;
}

export interface DialQueueDeps {
  link: Pick<Link, "call">;
  account: () => Promise<Account | null>;
  /** In chrome.storage.local. */
  local: Shelf;
  later: (run: () => void, ms: number) => void;
  /** What was decided by turned out wrong: these numbers' facts are dropped. */
  wrong: (numbers: string[]) => void;
  most?: number;
}

const ownerOf = ({ url, person }: Account) => `${url} ${person.id}`;

export function openDialQueue({ link, account, local, later, wrong, most = MOST }: DialQueueDeps) {
  /** Who waits for the Worker's word on a record. */
  const asking = new Map<string, (answer: Answer<"page.dial">) => void>();
  let sending: Promise<void> | null = null;
  let again = false;
  let due = false;

  const places = () => local.keys(PREFIX).sort();
  const at = (place: string) => local.get<Waiting>(place);
  /** Records sort by their place: the next one stands behind all others. */
  const nextPlace = () => {
    const last = places().at(-1);
    const n = last === undefined ? 0 : Number(last.slice(PREFIX.length)) + 1;
    return PREFIX + String(n).padStart(12, "0");
  };
  const placeOf = (key: string) => places().find((place) => at(place)?.key === key);
  const mine = (owner: string) => places().find((place) => at(place)?.owner === owner);

  function warn(warning: DialWarning): void {
    const kept = local.get<DialWarning[]>(WARNINGS) ?? [];
    // After a stop at the wrong moment the same answer is heard twice.
    if (kept.some((w) => JSON.stringify(w) === JSON.stringify(warning))) return;
    local.set(WARNINGS, [...kept, warning].slice(-MOST_WARNINGS));
  }

  function answered({ key, dial }: Waiting, seen: Dial): void {
    const number = dial.e164 ?? dial.number;
    // A page that passes what is blocked did not know of the bar: it must not go on not knowing.
    if (!seen.agrees && seen.number !== null) wrong([seen.number]);
    if (dial.action !== "held" && dial.verdict !== "blocked" && seen.workerVerdict === "blocked")
      warn({ kind: "blocked", number, at: dial.at, detail: seen.workerVerdict });
    asking.get(key)?.({ ok: true, verdict: seen.workerVerdict });
  }

  function refused({ key, dial }: Waiting, problem: Refused): void {
    const waits = asking.get(key);
    // Whoever waits is told, and does not dial. Nobody waits: it was dialled, and the Worker would not have it so.
    if (waits) return waits({ ok: false, detail: problem.message });
    const kind = problem.code === "override-not-allowed" ? "refused" : "not-taken";
    warn({ kind, number: dial.e164 ?? dial.number, at: dial.at, detail: problem.message });
  }

  /** Sends what waits, one after the other; ends where there is no answer, and comes back later. */
  async function send(): Promise<void> {
    await local.ready;
    for (;;) {
      const who = await account();
      const place = who && mine(ownerOf(who));
      const record = place && at(place);
      if (!record) return;
      try {
        const { data } = await link.call<Dial>("POST", "/v1/dials", { body: record.dial, key: record.key });
        answered(record, data);
      } catch (error) {
        if (error instanceof NoAnswer) {
          // Nobody waits for what cannot be had now.
          for (const tell of asking.values()) tell({ ok: true, verdict: null });
          return flushIn(error.retryInMs);
        }
        if (!(error instanceof Refused)) throw error;
        refused(record, error);
      }
      local.remove(place);
      await local.settled();
    }
  }

  function flush(): void {
    if (sending) {
      again = true;
      return;
    }
    again = false;
    sending = send()
      .catch((error: unknown) => console.error("dials", error))
      .finally(() => {
        sending = null;
        if (again) flush();
      });
  }

  function flushIn(ms: number): void {
    if (due) return;
    due = true;
    later(() => {
      due = false;
      flush();
    }, ms);
  }

  /**
   * Stores a record; the same key is stored once. Where nobody is signed in, it would be nobody's. False where the disk
   * is full: then it is in memory alone. Throws where somebody waits and there is no room.
   */
  async function keep(key: string, dial: DialRequest, wait: boolean): Promise<boolean> {
    await local.ready;
    const who = await account();
    if (!who || placeOf(key) !== undefined) return true;
    if (places().length < most) local.set(nextPlace(), { key, dial, owner: ownerOf(who) } satisfies Waiting);
    else if (wait) throw new Error("no room for the record");
    else local.set(LOST, (local.get<number>(LOST) ?? 0) + 1);
    return local.settled();
  }

  return {
    async add(key: string, dial: DialRequest, wait: boolean): Promise<Answer<"page.dial">> {
      const stands = await keep(key, dial, wait);
      if (!wait && stands) {
        flush();
        return { ok: true, verdict: null };
      }
      try {
        const answer = await new Promise<Answer<"page.dial">>((done) => {
          asking.set(key, done);
          later(() => done({ ok: true, verdict: null }), WAIT_MS);
          flush();
        });
        const place = placeOf(key);
        if (stands || place === undefined || !answer.ok || answer.verdict !== null) return answer;
        // Neither the disk has it nor the Worker: nobody is told that it is on record, and the page does not dial.
        local.remove(place);
        throw new Error("not stored");
      } finally {
        asking.delete(key);
      }
    },
    flush,
    state: (): DialsState => ({
      waiting: places().length,
      lost: local.get<number>(LOST) ?? 0,
      warnings: local.get<DialWarning[]>(WARNINGS) ?? [],
    }),
    /** The warnings were read; what waits goes on waiting. */
    read(): void {
      local.remove(WARNINGS);
      local.remove(LOST);
    },
  };
}

export type DialQueue = ReturnType<typeof openDialQueue>;
