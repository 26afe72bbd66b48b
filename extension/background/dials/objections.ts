/**
 * Objections on their way to the Worker. What an agent heard is in chrome.storage.local before anything is asked, under its
 * own Idempotency-Key, and is sent until the Worker has answered, over stops, restarts and lost answers: it is recorded
 * once. Until the facts that the Worker gives hold it themselves, it bars its number in this browser.
 */
import type { Facts } from "../../../shared/check/api.ts";
import type { SuppressionEntered } from "../../../shared/do-not-call/api.ts";
import { entriesEn } from "../../../shared/texts/do-not-call/entries.en.ts";
import type { DialWarning, Entered, HeardObjection, NewObjection } from "../../carried.ts";
import type { FactCache } from "../check/fact-cache.ts";
import type { Account } from "../sign-in/account.ts";
import type { CachedStorage } from "../storage.ts";
import type { WorkerClient } from "../worker-client.ts";
import { NoAnswer, Refused } from "../worker-errors.ts";

const PREFIX = "objection:";

interface Waiting {
  key: string;
  objection: NewObjection;
  /** When it was heard, by the Worker's clock as far as it is known. */
  at: string;
  /** The person who heard it, and their Worker. Whoever else is signed in there sends it, by their name. */
  url: string;
  person: string;
  name: string;
  /** The Worker has it, but has not yet told what changed by it. */
  sent?: true;
}

/** Refusals after which nothing is recorded, or the same one is: it is sent again under a new key. */
const RACES = ["conflict", "idempotency-mismatch"];
const RACE_MS = 5000;

export interface ObjectionQueueDeps {
  worker: Pick<WorkerClient, "call" | "retry">;
  account: () => Promise<Account | null>;
  facts: Pick<FactCache, "doubt" | "held" | "refresh">;
  /** In chrome.storage.local. */
  local: CachedStorage;
  now: () => number;
  newKey: () => string;
  later: (run: () => void, ms: number) => void;
  /** The Worker refused one while nobody waited. */
  warn: (warning: DialWarning) => void;
}

export function openObjectionQueue(deps: ObjectionQueueDeps) {
  const { worker, account, facts, local, now, newKey, later, warn } = deps;
  /** By place in the storage: each is sent once at a time. */
  const sending = new Map<string, Promise<Entered>>();
  let due = false;
  /** The Worker of who is signed in, once that is known. */
  let here: string | null = null;

  async function whoever(): Promise<Account | null> {
    await local.ready;
    const who = await account();
    here = who?.url ?? null;
    return who;
  }
  const places = () => local.keys(PREFIX).sort();
  const at = (place: string) => local.get<Waiting>(place)!;
  const isOf = (who: Account, { url, person }: Waiting) => url === who.url && person === who.person.id;
  /** The Worker's clock. */
  const moment = () => new Date(now() + (facts.held()?.context.clockOffset ?? 0)).toISOString();

  function send(place: string, who: Account): Promise<Entered> {
    const running = sending.get(place) ?? sendOne(place, who).finally(() => sending.delete(place));
    sending.set(place, running);
    return running;
  }

  async function sendOne(place: string, who: Account): Promise<Entered> {
    const waiting = at(place);
    const { key, objection, sent, at: heardAt, url, name } = waiting;
    let undo: { undo?: string } = {};
    try {
      if (!sent) {
        // Who heard it may never sign in again, and an objection needs no rights.
        const { from, ...said } = objection;
        const sources = [
          ...(from ? [entriesEn.from[from]] : []),
          ...(isOf(who, waiting) ? [] : [`heard by ${name}`]),
        ];
        const source = sources.length === 0 ? {} : { source: sources.join(", ").slice(0, 200) };
        const body = { ...said, heardAt, ...source };
        const as = { url, person: who.person.id };
        const { data } = await worker.call<SuppressionEntered>("POST", "/v1/suppressions", { body, key, as });
        const { id, undoUntil = "" } = data.kept ?? data;
        if (undoUntil > moment()) undo = { undo: id };
      }
      local.set(place, { ...waiting, sent: true } satisfies Waiting);
      // Answers from before it count no more once this has told what changed.
      await facts.refresh();
    } catch (error) {
      if (error instanceof Refused && RACES.includes(error.code)) {
        local.set(place, { ...waiting, key: newKey() } satisfies Waiting);
        flushIn(RACE_MS);
        return { ok: false, trouble: "busy", detail: error.message };
      }
      if (error instanceof Refused) {
        over(place, objection.number);
        return { ok: false, trouble: "refused", detail: error.message };
      }
      if (!(error instanceof NoAnswer)) throw error;
      flushIn(error.retryInMs);
      return at(place).sent
        ? { ok: true, ...undo }
        : { ok: false, trouble: error.trouble, detail: error.message };
    }
    over(place, objection.number);
    return { ok: true, ...undo };
  }

  function over(place: string, number: string): void {
    local.remove(place);
    facts.doubt([number]);
  }

  /**
   * Sends what was heard at the Worker of who is signed in, one after the other. Stops without an answer, and resumes later.
   * Somebody else may sign in at any time.
   */
  async function flush(): Promise<void> {
    const tried = new Set<string>();
    for (;;) {
      const who = await whoever();
      const place = who && places().find((one) => !tried.has(one) && at(one).url === who.url);
      if (!place) return;
      tried.add(place);
      const { objection, at: heard } = at(place);
      const answer = await send(place, who);
      if (answer.ok) continue;
      if (answer.trouble !== "refused") return;
      warn({ kind: "objection", number: objection.number, at: heard, detail: answer.detail });
    }
  }

  function flushIn(ms: number): void {
    if (due) return;
    due = true;
    later(() => {
      due = false;
      void flush().catch((error: unknown) => console.error("objections", error));
    }, ms);
  }

  return {
    /**
     * Stores one and sends it. `waits`: the Worker cannot be reached, and gets it as soon as it can. `held`: it does not take
     * it from this account; the number is held here, and it is recorded once they have signed in.
     */
    async add(objection: NewObjection): Promise<Entered> {
      const who = await whoever();
      if (!who) return { ok: false, trouble: "not-joined", detail: "" };
      const said = JSON.stringify(objection);
      // Whoever presses the button again says the same once more.
      let place = places().find(
        (one) => isOf(who, at(one)) && !at(one).sent && JSON.stringify(at(one).objection) === said,
      );
      if (place === undefined) {
        const heard = moment();
        const key = newKey();
        place = `${PREFIX}${heard}:${key}`;
        local.set(place, {
          key,
          objection,
          at: heard,
          url: who.url,
          person: who.person.id,
          name: who.person.name,
        } satisfies Waiting);
      }
      const onDisk = await local.settled();
      facts.doubt([objection.number]);
      // A person pressed a button: try whatever the back-off says.
      worker.retry();
      const answer = await send(place, who);
      if (answer.ok || answer.trouble === "refused" || !onDisk) return answer;
      const unreached = answer.trouble === "offline" || answer.trouble === "busy";
      return unreached ? { ok: true, waits: true } : { ...answer, held: true };
    },
    /** What is not recorded yet, at the Worker of who is signed in; all where nobody is. */
    async heard(): Promise<HeardObjection[]> {
      const who = await whoever();
      return places()
        .map(at)
        .filter(({ url, sent }) => !sent && (who === null || url === who.url))
        .map((one) => ({
          ...{ number: one.objection.number, at: one.at, by: one.name },
          mine: who !== null && isOf(who, one),
        }));
    },
    flush: () => flushIn(0),
    /** What bars numbers until the Worker's facts do: whoever heard it. */
    barring: (): ReadonlyMap<string, Facts["suppressions"][number]> =>
      new Map(
        places()
          .map(at)
          .filter(({ url }) => here === null || url === here)
          .map(({ objection: { number, reason, scope }, at: heard }) => [
            number,
            { kind: "objection", reason, at: heard, until: null, scope },
          ]),
      ),
  };
}

export type ObjectionQueue = ReturnType<typeof openObjectionQueue>;
