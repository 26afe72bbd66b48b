/**
 * The evidence of dials on its way to the Worker. Each record is in chrome.storage.local before the dial goes on, under
 * its own Idempotency-Key, and is sent until the Worker has answered, over stops, restarts and lost answers. Records go
 * in the order of the dials; the Worker stores each key once.
 *
 * A held dial is one record; where the agent then lets it go on, that is a second record. A full queue keeps the oldest
 * records and counts what it drops, which the popup shows; overrides are refused while it is full.
 */
import { parseDialAddress } from "../../../shared/dials/address.ts";
import type { Dial, DialRequest } from "../../../shared/dials/api.ts";
import type { DialsState, DialWarning } from "../../carried.ts";
import type { Answer } from "../../messages.ts";
import type { Account } from "../sign-in/account.ts";
import type { WorkerClient } from "../worker-client.ts";
import type { CachedStorage } from "../storage.ts";
import { NoAnswer, Refused } from "../worker-errors.ts";

const PREFIX = "dial:";
const LOST = "dials-lost";
const WARNINGS = "dial-warnings";
/** Most records. About 1 kB each, so well within the area's 10 MB. */
export const MOST = 2000;
const MOST_WARNINGS = 20;
/** How long an override waits for the Worker's answer before the page's own judgement lets it go on. */
export const WAIT_MS = 2000;

interface Waiting {
  key: string;
  dial: DialRequest;
  /** The account that dialled: the record is sent under no other, and to no other Worker. */
  owner: string;
}

export interface DialQueueDeps {
  worker: Pick<WorkerClient, "call">;
  account: () => Promise<Account | null>;
  /** In chrome.storage.local. */
  local: CachedStorage;
  later: (run: () => void, ms: number) => void;
  /** The Worker decided otherwise than the page: drop these numbers' facts. */
  wrong: (numbers: string[]) => void;
  /** A call is made, which the Worker has not counted yet. */
  called: (number: string, at: string) => void;
  /** The Worker has counted a call that was waiting until now. */
  counted: (number: string) => void;
  most?: number;
}

/** The number that a record says was called; null where it was not, or got a message. */
const calledBy = ({ action, e164, via = "" }: DialRequest): string | null =>
  action !== "held" && parseDialAddress(via)?.medium !== "message" ? e164 : null;

const ownerOf = ({ url, person }: Account) => `${url} ${person.id}`;

export function openDialQueue(deps: DialQueueDeps) {
  const { worker, account, local, later, wrong, called, counted, most = MOST } = deps;
  /** By key, who waits for the Worker's answer to a record. */
  const asking = new Map<string, (answer: Answer<"page.dial">) => void>();
  /** Keys of records that may be withdrawn yet: they are stored, and wait. */
  const unsure = new Set<string>();
  let sending: Promise<void> | null = null;
  let again = false;
  let due = false;

  const places = () => local.keys(PREFIX).sort();
  const at = (place: string) => local.get<Waiting>(place);
  /** Storage keys sort in the order of the dials: the next one comes after all others. */
  const nextPlace = () => {
    const last = places().at(-1);
    const n = last === undefined ? 0 : Number(last.slice(PREFIX.length)) + 1;
    return PREFIX + String(n).padStart(12, "0");
  };
  const placeOf = (key: string) => places().find((place) => at(place)?.key === key);
  const mine = (owner: string) =>
    places().find((place) => at(place)?.owner === owner && !unsure.has(at(place)!.key));

  function warn(warning: DialWarning): void {
    const kept = local.get<DialWarning[]>(WARNINGS) ?? [];
    // A record that was sent again after a stop brings the same answer again.
    if (kept.some((w) => JSON.stringify(w) === JSON.stringify(warning))) return;
    local.set(WARNINGS, [...kept, warning].slice(-MOST_WARNINGS));
  }

  function answered({ key, dial }: Waiting, seen: Dial): void {
    const number = dial.e164 ?? dial.number;
    const its = calledBy(dial);
    if (its !== null) counted(its);
    // A page that lets a blocked number pass decides by outdated facts: drop them.
    if (!seen.agrees && seen.number !== null) wrong([seen.number]);
    if (dial.action !== "held" && dial.verdict !== "blocked" && seen.workerVerdict === "blocked")
      warn({ kind: "blocked", number, at: dial.at, detail: seen.workerVerdict });
    asking.get(key)?.({ ok: true, verdict: seen.workerVerdict });
  }

  function refused({ key, dial }: Waiting, problem: Refused): void {
    const waits = asking.get(key);
    // The one who waits does not dial. Where no one waits, the dial went on, so warn.
    if (waits) return waits({ ok: false, detail: problem.message });
    // A page dialled the test number: it was counted, and there is nothing that anybody lost.
    if (problem.code === "canary") return;
    const kind = problem.code === "override-not-allowed" ? "refused" : "not-taken";
    warn({ kind, number: dial.e164 ?? dial.number, at: dial.at, detail: problem.message });
  }

  /** Sends the records of who is signed in, one after the other. Stops without an answer, and resumes later. */
  async function send(): Promise<void> {
    await local.ready;
    for (;;) {
      const who = await account();
      const place = who && mine(ownerOf(who));
      const record = place && at(place);
      if (!record) return;
      try {
        const as = { url: who.url, person: who.person.id };
        const { dial: body, key } = record;
        const { data } = await worker.call<Dial>("POST", "/v1/dials", { body, key, as });
        answered(record, data);
      } catch (error) {
        if (error instanceof NoAnswer) {
          // Do not keep an agent waiting for what cannot be had now.
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
   * Stores a record; the same key is stored once. Stores nothing while nobody is signed in. False where the disk is
   * full, so that the record is in memory only. Throws where an override waits and the queue is full.
   */
  async function keep(key: string, dial: DialRequest, wait: boolean): Promise<boolean> {
    await local.ready;
    const who = await account();
    if (!who || placeOf(key) !== undefined) return true;
    const number = calledBy(dial);
    if (number !== null) called(number, dial.at);
    if (places().length < most) local.set(nextPlace(), { key, dial, owner: ownerOf(who) } satisfies Waiting);
    else if (wait) throw new Error("no room for the record");
    else local.set(LOST, (local.get<number>(LOST) ?? 0) + 1);
    return local.settled();
  }

  function withdraw(key: string, dial: DialRequest): void {
    const place = placeOf(key);
    if (place !== undefined) local.remove(place);
    const number = calledBy(dial);
    // It was counted as a call.
    if (number !== null) counted(number);
  }

  return {
    /**
     * Stores a record, and resolves once it is safe: on the disk, or with the Worker. `wait`: also waits up to WAIT_MS
     * for the Worker's verdict. Throws where it could not be stored; then the dial must not go on. `stands`: it is
     * stored at once and sent once that says so; if that says no, the dial did not go, or another record tells of it.
     */
    async add(
      key: string,
      dial: DialRequest,
      wait: boolean,
      stands?: Promise<boolean>,
    ): Promise<Answer<"page.dial">> {
      if (stands) unsure.add(key);
      const onDisk = await keep(key, dial, wait);
      const isSo = await (stands ?? true);
      unsure.delete(key);
      if (!isSo) {
        withdraw(key, dial);
        return { ok: true, verdict: null };
      }
      if (!wait && onDisk) {
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
        if (onDisk || place === undefined || !answer.ok || answer.verdict !== null) return answer;
        // Neither the disk nor the Worker has it: say so, and the page does not dial.
        local.remove(place);
        throw new Error("not stored");
      } finally {
        asking.delete(key);
      }
    },
    flush,
    /** When numbers were called, by the records that wait. */
    waiting(): ReadonlyMap<string, readonly string[]> {
      const calls = local.keys(PREFIX).flatMap((place) => {
        const { dial } = at(place)!;
        const number = calledBy(dial);
        return number === null ? [] : [{ number, at: dial.at }];
      });
      return new Map(
        [...Map.groupBy(calls, ({ number }) => number)].map(([n, its]) => [n, its.map((call) => call.at)]),
      );
    },
    warn,
    state: (): DialsState => ({
      waiting: places().length,
      lost: local.get<number>(LOST) ?? 0,
      warnings: local.get<DialWarning[]>(WARNINGS) ?? [],
    }),
    /** The person has read the warnings. Records stay queued. */
    read(): void {
      local.remove(WARNINGS);
      local.remove(LOST);
    },
  };
}

export type DialQueue = ReturnType<typeof openDialQueue>;
