/**
 * The message switch, and the only part that talks to the Worker. Chrome stops the service worker at will: all that
 * must last stands on two shelves, in chrome.storage.local (the account, sites, rulings) and in chrome.storage.session
 * (facts under their stamp, frames, the back-off), and every listener is added before anything is awaited.
 */
import { openAccount } from "./sign-in/account.ts";
import { listenAnywhere, openAnywhere, openPopup } from "./check/anywhere.ts";
import { openDialHandlers } from "./dials/handlers.ts";
import { serveAudio } from "./audio.ts";
import { openDialQueue } from "./dials/queue.ts";
import { openEntry } from "./sign-in/entry.ts";
import { openFactCache } from "./check/fact-cache.ts";
import { fetchFile } from "./file.ts";
import { hostOf, openFrames, originOf } from "./sites/frames.ts";
import { openLink } from "./link.ts";
import { lookUp } from "./check/typed-text.ts";
import { openManaged } from "./managed.ts";
import { openMe } from "./sign-in/me.ts";
import { siteState } from "./popup.ts";
import { openRulings } from "./rulings.ts";
import { openShelf } from "./storage.ts";
import { openSignIn } from "./sign-in/provider.ts";
import { openSites } from "./sites/sites.ts";
import { survey } from "./sites/survey.ts";
import { openSwitches } from "./sites/switches.ts";
import { openWelcome } from "./welcome.ts";
import { failure, NoAnswer } from "./trouble.ts";
import type { Campaign } from "../../shared/policy/policy.ts";
import { type Answer, type Ask, AUDIO, type Kind, type Trouble } from "../messages.ts";

const now = () => Date.now();
const get: typeof fetch = (...request) => fetch(...request);

const local = openShelf(chrome.storage.local);
const session = openShelf(chrome.storage.session, () => facts.shed());
const frames = openFrames(session);
const rulings = openRulings(local);
const sites = openSites({ local, session, frames, now, managed: () => managed.sites() });
const device = `Chrome on ${(navigator as { userAgentData?: { platform?: string } }).userAgentData?.platform || "?"}`;
const account = openAccount({
  local,
  fetch: get,
  device,
  changed() {
    link.reset();
    facts.reset();
    me.reset();
    dials.flush();
    void frames.tell({ kind: "facts.stale", numbers: [], all: true, context: null });
  },
});
const link = openLink({
  account: account.current,
  fetch: get,
  now,
  random: Math.random,
  shelf: session,
  changed(trouble) {
    showTrouble(trouble);
    if (!trouble) dials.flush();
  },
});
const facts = openFactCache({
  link,
  shelf: session,
  now,
  purpose: () => local.get<Campaign>("purpose"),
  tick: () => new Promise((done) => setTimeout(done)),
  stale: (message) => void frames.tell({ kind: "facts.stale", ...message }),
});
const dials = openDialQueue({
  link,
  account: account.current,
  local,
  later: (run, ms) => setTimeout(run, ms),
  wrong: (numbers) => facts.doubt(numbers),
});
const me = openMe({ link, account, shelf: session, now });
const signIn = openSignIn({
  account,
  fetch: get,
  device,
  redirectUri: chrome.identity.getRedirectURL("sso"),
  flow: (url) => chrome.identity.launchWebAuthFlow({ url, interactive: true }),
});
const managed = openManaged({
  account,
  fetch: get,
  local,
  read: () => chrome.storage.managed.get(),
  changed: () => void sites.follow(),
});
const switches = openSwitches({
  sites,
  managed,
  named: () => facts.held()?.context.policy.sites ?? [],
});

const anywhere = openAnywhere({
  session,
  now,
  lookUp: (text) => lookUp(text, facts),
  open: openPopup,
});

const welcome = openWelcome({ local, signedIn: () => managed.signsIn() });

/** The mark on the toolbar: badges that say "unknown" everywhere want a reason in sight. */
function showTrouble(trouble: Trouble | null) {
  void chrome.action.setBadgeText({ text: trouble ? "!" : "" });
  void chrome.action.setBadgeBackgroundColor({ color: "#e5383b" });
}

type Sender = chrome.runtime.MessageSender;
type Handlers = { [K in Kind]: (ask: Ask<K>, sender: Sender) => Answer<K> | Promise<Answer<K>> };

const troubleNow = async (): Promise<Trouble | null> =>
  (await account.current()) ? link.trouble() : "not-joined";

/** Whatever failed, the answer to give instead. Only what is no answer of the Worker's is let through as a bug. */
async function or<T>(work: Promise<T>, instead: (failure: NoAnswer) => T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NoAnswer) return instead(error);
    throw error;
  }
}

/** Brings the context up to date without anybody waiting for it. */
const freshen = () =>
  void managed
    .follow()
    .then(() => Promise.all([facts.poll(0), me.learn()]))
    .catch(() => {});

/** A dial waits for the answer: that is worth a try whatever the back-off says, and however fresh we think we are. */
function askedNow(): Promise<void> {
  link.retry();
  return facts.refresh();
}

const handlers: Handlers = {
  ...openDialHandlers({ account, link, facts, dials }),
  ...switches.handlers,
  ...openEntry({ account, signIn, managed, fetch: get, entered: () => freshen() }),
  async "page.hello"({ frame }, sender) {
    const tabId = sender.tab?.id;
    if (frames.note(sender, frame) && tabId !== undefined)
      void frames.tidy(tabId, async () => (await survey(tabId))?.alive ?? null);
    const context = facts.held()?.context ?? null;
    if (!context) freshen();
    return { rulings: rulings.of(hostOf(sender) ?? frame.host), context, trouble: await troubleNow() };
  },
  "page.facts": ({ numbers, now }) =>
    or<Answer<"page.facts">>(
      (now ? askedNow() : Promise.resolve())
        .then(() => facts.ask(numbers))
        .then((answer) => ({ ok: true, ...answer })),
      ({ trouble, retryInMs }) => ({ ok: false, trouble, retryInMs, context: facts.held()?.context ?? null }),
    ),
  "page.poll": ({ seq }) =>
    or<Answer<"page.poll">>(
      facts.poll(seq).then((answer) => {
        // A page that stays open for weeks may be all that wakes us.
        void me.learn().catch(() => {});
        return answer;
      }),
      ({ trouble }) => ({ ok: false, trouble }),
    ),
  "page.report"({ frame, counts }, sender) {
    frames.note(sender, frame, counts);
    return null;
  },
  async "page.card"(_, sender) {
    await sites.card(sender);
    return null;
  },
  "page.rule"({ host: named, written, ruling }, sender) {
    // Pages speak for themselves only; our own options page names the site.
    const host = isOurs(sender) ? named : (hostOf(sender) ?? named);
    const next = rulings.add(host, written, ruling);
    for (const frame of frames.all().filter((f) => f.host === host))
      void frames.send([frame], { kind: "rulings.changed", host: frame.called, rulings: next });
    return { rulings: next };
  },

  async "ui.state"({ tabId }) {
    freshen();
    const [who, site, trouble] = await Promise.all([
      account.current(),
      siteState(tabId, sites, frames),
      troubleNow(),
    ]);
    return {
      joined: who !== null,
      workerUrl: who?.url ?? null,
      person: who?.person ?? null,
      company: who?.company ?? "",
      trouble,
      context: facts.held()?.context ?? null,
      dials: dials.state(),
      site,
      offered: switches.offered(),
      locked: managed.locked(),
    };
  },
  "ui.check"({ text }) {
    link.retry();
    return or<Answer<"ui.check">>(lookUp(text, facts), ({ trouble }) => ({ ok: false, trouble }));
  },
  async "ui.asked"() {
    await session.ready;
    return { text: anywhere.take() };
  },
  async "ui.options"() {
    freshen();
    const who = await account.current();
    return {
      workerUrl: who?.url ?? (await managed.address()),
      person: who?.person ?? null,
      company: who?.company ?? "",
      managed: who?.managed === true,
      trouble: who ? link.trouble() : null,
      sites: sites.list(),
      offered: switches.offered(),
      locked: managed.locked(),
      rulings: rulings.all(),
    };
  },
  async "ui.api"({ method, path, ...question }) {
    // A person waits at one of our own pages: that is worth a try whatever the back-off says.
    link.retry();
    try {
      const { data } = await link.call<unknown>(method, path, question);
      // What was changed shows on open pages at once, not at their next question.
      if (method !== "GET" && !path.includes("/parts/")) await facts.refresh().catch(() => {});
      return { ok: true, data };
    } catch (error) {
      return failure(error);
    }
  },
  "ui.file"({ path }) {
    link.retry();
    return fetchFile(path, link).then((data) => ({ ok: true as const, data }), failure);
  },
  "ui.dialsRead"() {
    dials.read();
    return null;
  },
  "ui.purpose"({ purpose }) {
    if (managed.locked().includes("purpose")) return null;
    if (purpose) local.set("purpose", purpose);
    else local.remove("purpose");
    facts.purposeSaid();
    return null;
  },
  async "ui.retry"() {
    link.retry();
    dials.flush();
    await facts.refresh().catch(() => {});
    return { trouble: await troubleNow() };
  },
};

const isOurs = (sender: Sender) => originOf(sender) === location.origin;

/** Pages never speak with the voice of our own popup. */
const mayAsk = ({ kind }: Ask, sender: Sender) =>
  sender.id === chrome.runtime.id && (kind.startsWith("page.") || isOurs(sender));

chrome.runtime.onMessage.addListener((message: Ask, sender, answer) => {
  const handler = Object.hasOwn(handlers, message.kind) ? handlers[message.kind] : undefined;
  if (!handler || !mayAsk(message, sender)) return false;
  Promise.all([local.ready, facts.ready])
    .then(() => (handler as (ask: Ask, sender: Sender) => unknown)(message, sender))
    .then(answer)
    .catch((error: unknown) => {
      console.error(message.kind, error);
      answer(undefined);
    });
  return true;
});

chrome.runtime.onConnect.addListener((port) => {
  if (port.name === AUDIO && port.sender && isOurs(port.sender)) serveAudio(port, link);
});
listenAnywhere(anywhere, Promise.all([local.ready, facts.ready]));
// Only to be woken: what a start asks for is done below, as on every waking.
chrome.runtime.onStartup.addListener(() => {});
chrome.runtime.onInstalled.addListener(({ reason }) => void welcome(reason));
chrome.storage.onChanged.addListener((_, area) => {
  if (area === "managed") void local.ready.then(managed.follow);
});
chrome.permissions.onAdded.addListener(() => void sites.grantAdded());
chrome.permissions.onRemoved.addListener(() => void sites.follow());
chrome.tabs.onRemoved.addListener((tabId) => void session.ready.then(() => frames.closed(tabId)));

// Content scripts share chrome.storage.local unless they are shut out; the token stands there.
void chrome.storage.local.setAccessLevel({ accessLevel: "TRUSTED_CONTEXTS" });
void sites.begin();
void session.ready.then(() => showTrouble(link.trouble()));
// What the last life could not send.
dials.flush();
void session.ready.then(managed.follow);
