/** What the scripts in a CRM's page ask for, apart from their dials (dials/handlers.ts). */
import { textsFor } from "../../shared/texts/check/verdicts.ts";
import { inLanguage } from "../../shared/texts/language.ts";
import { pageTexts } from "../../shared/texts/page/badges.ts";
import { citiesByCountry } from "../../shared/country/cities-table.ts";
import type { Tokens, Trouble } from "../carried.ts";
import type { Answer } from "../messages.ts";
import type { PolicyContext } from "../policy-context.ts";
import type { FactCache } from "./check/fact-cache.ts";
import type { WorkerClient } from "./worker-client.ts";
import { type Handlers, isOurs, type Sender } from "./router.ts";
import type { SiteRulings } from "./rulings.ts";
import { type Frames, hostOf } from "./sites/frames.ts";
import { orTrouble } from "./worker-errors.ts";

export interface PageHandlersDeps {
  facts: Pick<FactCache, "ask" | "kept" | "poll" | "refresh">;
  worker: Pick<WorkerClient, "retry">;
  frames: Pick<Frames, "note" | "tidy" | "all" | "send">;
  rulings: Pick<SiteRulings, "of" | "add">;
  /** The policy and lists as last heard; null before the first answer. */
  context: () => PolicyContext | null;
  trouble: () => Promise<Trouble | null>;
  /** Brings `context` and the person's role up to date, without anybody waiting for it. */
  freshen: () => void;
  /** Asks who we are, at most every ten minutes. */
  learnWho: () => Promise<unknown>;
  /** A page of a site is in use. */
  seen: (sender: Sender) => void;
  /** The documents of a tab that still exist; null where Chrome does not say. */
  documentsOf: (tabId: number) => Promise<ReadonlySet<string> | null>;
  injectCard: (sender: Sender) => Promise<unknown>;
  /** By which the scripts of a document take over from those of an earlier version. */
  tokensOf: (documentId: string) => Promise<Tokens>;
  /** The protocols of softphones that the administrator switched off. */
  protocolsOff: () => string[];
  /** What comes before the number where guards start the softphone themselves. */
  softphone: () => Promise<string | null>;
}

type PageKind =
  | "page.hello"
  | "page.facts"
  | "page.poll"
  | "page.report"
  | "page.card"
  | "page.cities"
  | "page.rule";

export function openPageHandlers(deps: PageHandlersDeps): Handlers<PageKind> {
  const { facts, worker, frames, rulings, context } = deps;

  /** A held dial waits for the answer: ask the Worker whatever the back-off says, and however fresh the facts are. */
  function refreshNow(): Promise<void> {
    worker.retry();
    return facts.refresh();
  }

  return {
    async "page.hello"({ frame }, sender) {
      const tabId = sender.tab?.id;
      if (frames.note(sender, frame) && tabId !== undefined)
        void frames.tidy(tabId, () => deps.documentsOf(tabId));
      const known = context();
      if (!known) deps.freshen();
      return {
        rulings: rulings.of(hostOf(sender) ?? frame.host),
        context: known,
        trouble: await deps.trouble(),
        tokens: await deps.tokensOf(sender.documentId ?? ""),
        protocolsOff: deps.protocolsOff(),
        softphone: await deps.softphone(),
      };
    },
    "page.facts": ({ numbers, within, now }) =>
      orTrouble<Answer<"page.facts">>(
        (now ? refreshNow() : Promise.resolve())
          .then(() => facts.ask(numbers, within))
          .then(async (answer) => ({ ok: true, ...answer, trouble: await deps.trouble() })),
        ({ trouble, retryInMs }) => {
          const kept = trouble === "offline" ? facts.kept(numbers) : null;
          return { ok: false, trouble, retryInMs, context: context(), kept };
        },
      ),
    "page.poll": ({ seq }, sender) =>
      orTrouble<Answer<"page.poll">>(
        facts.poll(seq).then(async (answer) => {
          // A page that stays open for weeks may be all that wakes us.
          void deps.learnWho().catch(() => {});
          if (!isOurs(sender)) deps.seen(sender);
          return { ok: true, ...answer, trouble: await deps.trouble() };
        }),
        ({ trouble }) => ({ ok: false, trouble }),
      ),
    "page.report"({ frame, counts, language }, sender) {
      frames.note(sender, frame, counts);
      return language === undefined
        ? null
        : { list: inLanguage(pageTexts, language), verdicts: textsFor(language) };
    },
    async "page.card"(_, sender) {
      await deps.injectCard(sender);
      return null;
    },
    "page.cities": () => citiesByCountry,
    "page.rule"({ host: named, written, ruling }, sender) {
      // A page rules for its own site only; our options page names the site.
      const host = isOurs(sender) ? named : (hostOf(sender) ?? named);
      const next = rulings.add(host, written, ruling);
      for (const frame of frames.all().filter((f) => f.host === host))
        void frames.send([frame], { kind: "rulings.changed", host: frame.called, rulings: next });
      return { rulings: next };
    },
  };
}
