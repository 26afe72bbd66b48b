/** What the popup, the options and the desk ask for, apart from sites (sites/switches.ts) and signing in (sign-in/handlers.ts). */
import type { Campaign } from "../../shared/policy/policy.ts";
import type { GateState, PopupState, Trouble } from "../carried.ts";
import type { Answer } from "../messages.ts";
import type { PolicyContext } from "../policy-context.ts";
import type { FactCache } from "./check/fact-cache.ts";
import { lookUp } from "./check/typed-text.ts";
import type { ObjectionQueue } from "./dials/objections.ts";
import type { DialQueue } from "./dials/queue.ts";
import { fetchFile } from "./fetch-file.ts";
import type { WorkerClient } from "./worker-client.ts";
import type { Managed } from "./managed.ts";
import type { Handlers } from "./router.ts";
import type { SiteRulings } from "./rulings.ts";
import type { AccountStore } from "./sign-in/account.ts";
import { jump } from "./sites/jump.ts";
import type { Sites } from "./sites/sites.ts";
import type { Switches } from "./sites/switches.ts";
import { failure, orTrouble } from "./worker-errors.ts";

export interface UiHandlersDeps {
  account: Pick<AccountStore, "current">;
  worker: Pick<WorkerClient, "call" | "open" | "fail" | "retry" | "trouble">;
  facts: Pick<FactCache, "ask" | "refresh" | "purposeSaid">;
  dials: Pick<DialQueue, "flush" | "read" | "state">;
  objections: Pick<ObjectionQueue, "flush" | "heard">;
  managed: Pick<Managed, "address" | "locked" | "protocolsOff">;
  rulings: Pick<SiteRulings, "all">;
  sites: Pick<Sites, "list">;
  switches: Pick<Switches, "offered">;
  /** What was asked through the menu or the address bar, once. */
  takeAsked: () => Promise<string | null>;
  /** Keeps what this person's calls are for; null: forgets it. */
  keepPurpose: (purpose: Campaign | null) => void;
  siteState: (tabId: number) => Promise<PopupState["site"]>;
  /** The policy and lists as last heard; null before the first answer. */
  context: () => PolicyContext | null;
  trouble: () => Promise<Trouble | null>;
  gate: () => Promise<GateState>;
  /** Brings `context` and the person's role up to date, without anybody waiting for it. */
  freshen: () => void;
}

type UiKind =
  | "ui.state"
  | "ui.check"
  | "ui.jump"
  | "ui.asked"
  | "ui.options"
  | "ui.api"
  | "ui.file"
  | "ui.dialsRead"
  | "ui.purpose"
  | "ui.retry";

/** A person waits at each of these: `worker.retry` first, as that is worth a try whatever the back-off says. */
export function openUiHandlers(deps: UiHandlersDeps): Handlers<UiKind> {
  const { account, worker, facts, dials, objections, managed, switches } = deps;
  return {
    async "ui.state"({ tabId }) {
      deps.freshen();
      const [who, site, trouble, heard] = await Promise.all([
        account.current(),
        deps.siteState(tabId),
        deps.trouble(),
        objections.heard(),
      ]);
      return {
        joined: who !== null,
        workerUrl: who?.url ?? null,
        person: who?.person ?? null,
        company: who?.company ?? "",
        trouble,
        context: deps.context(),
        dials: dials.state(),
        heard,
        site,
        offered: switches.offered(),
        locked: managed.locked(),
        gate: await deps.gate(),
      };
    },
    "ui.check"({ text }) {
      worker.retry();
      return orTrouble<Answer<"ui.check">>(lookUp(text, facts), ({ trouble }) => ({ ok: false, trouble }));
    },
    "ui.jump": ({ tabId, verdict, from }) => jump(tabId, verdict, from),
    "ui.asked": async () => ({ text: await deps.takeAsked() }),
    async "ui.options"() {
      deps.freshen();
      const who = await account.current();
      return {
        workerUrl: who?.url ?? (await managed.address()),
        person: who?.person ?? null,
        company: who?.company ?? "",
        managed: who?.managed === true,
        trouble: who ? worker.trouble() : null,
        sites: deps.sites.list(),
        offered: switches.offered(),
        locked: managed.locked(),
        rulings: deps.rulings.all(),
        protocolsOff: managed.protocolsOff(),
        gate: await deps.gate(),
      };
    },
    async "ui.api"({ method, path, ...question }) {
      worker.retry();
      try {
        const { data } = await worker.call<unknown>(method, path, question);
        // A change shows on open pages at once, not at their next poll.
        if (method !== "GET" && !path.includes("/parts/")) await facts.refresh().catch(() => {});
        return { ok: true, data };
      } catch (error) {
        return failure(error);
      }
    },
    "ui.file"({ path }) {
      worker.retry();
      return fetchFile(path, worker).then((data) => ({ ok: true as const, data }), failure);
    },
    "ui.dialsRead"() {
      dials.read();
      return null;
    },
    "ui.purpose"({ purpose }) {
      if (managed.locked().includes("purpose")) return null;
      deps.keepPurpose(purpose);
      facts.purposeSaid();
      return null;
    },
    async "ui.retry"() {
      worker.retry();
      dials.flush();
      objections.flush();
      await facts.refresh().catch(() => {});
      return { trouble: await deps.trouble() };
    },
  };
}
